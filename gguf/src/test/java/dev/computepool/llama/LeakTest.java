package dev.computepool.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.computepool.llama.ContextOptions.FlashAttention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeakTest {
  private static final int ROUNDS = 200;
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
    new NativeQuantizer(library)
        .run(model, output, QuantizeSettings.of(FileType.Q4_0, 1), null, line -> {});
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
    // What is allocated once is there after some rounds, and the heap has found its size.
    for (int i = 0; i < ROUNDS / 4; i++) {
      round(library, model);
    }
    System.gc();
    long memory = memory();
    long handles = handles();
    for (int i = 0; i < ROUNDS; i++) {
      round(library, model);
    }
    System.gc();
    long grown = memory() - memory;

    assertEquals(handles, handles());
    // One lost context is 5 MiB, one lost model 2 MiB; and 200 of them would be.
    assertTrue(grown < 64 << 20, "grew by " + grown + " bytes in " + ROUNDS + " rounds");
  }
}
