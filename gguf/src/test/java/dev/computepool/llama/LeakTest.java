package dev.computepool.llama;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.computepool.llama.ContextOptions.FlashAttention;
import dev.computepool.llama.quantize.InProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeakTest {
  private static final int BLOCKS = 4;
  private static final int ROUNDS = 50;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path HANDLES = Path.of("/proc/self/fd");

  @TempDir private Path folder;

  /// Physical memory of this process in bytes.
  private static long memory() throws IOException {
    String line =
        Files.readAllLines(STATUS).stream()
            .filter(l -> l.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
  }

  private static long handles() throws IOException {
    try (Stream<Path> open = Files.list(HANDLES)) {
      return open.count();
    }
  }

  private void round(LlamaLibrary library, Path model) throws IOException {
    Path output = folder.resolve("out.gguf");
    InProcess.quantize(
        library, model, List.of(output), QuantizeSettings.of(FileType.Q4_0, 2), null);
    TensorObserver nobody =
        new TensorObserver() {
          @Override
          public boolean wants(TensorView tensor) {
            return false;
          }

          @Override
          public void computed(TensorView tensor) {}
        };
    try (LlamaModel loaded = LlamaModel.load(library, output, ModelOptions.DEFAULT);
        LlamaContext context =
            loaded.open(new ContextOptions(64, 64, 64, 1, 1, FlashAttention.AUTO, true), nobody)) {
      context.keepThreads(2);
      context.decode(loaded.tokenize("Hello", true, false));
      context.decode(context.mostLikely());
    }
  }

  @Test
  void losesNoMemoryAndNoHandles() throws Exception {
    assumeTrue(Files.exists(STATUS), "needs /proc");
    LlamaLibrary library = Libraries.load();
    Path model = TinyModel.PLAIN.write(folder.resolve("tiny.gguf"));
    long handles = 0;
    long least = Long.MAX_VALUE;
    for (int block = 0; block <= BLOCKS; block++) {
      long before = memory();
      for (int i = 0; i < ROUNDS; i++) {
        round(library, model);
      }
      System.gc();
      // The first block allocates what is there once.
      if (block == 0) {
        handles = handles();
      } else {
        least = Math.min(least, memory() - before);
      }
    }

    long now = handles();
    assertTrue(now <= handles, now + " handles, and " + handles + " after the first rounds");
    // What is lost grows in every block; the heap and the compiler grow in some. One lost context
    // is
    // 5 MiB, one lost model 2 MiB.
    assertTrue(least < 32 << 20, "grew by " + least + " bytes or more in " + ROUNDS + " rounds");
  }
}
