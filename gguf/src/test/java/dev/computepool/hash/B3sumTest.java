package dev.computepool.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.computepool.base.Progress;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our BLAKE3 beside the reference implementation, where that is installed.
class B3sumTest {
  @TempDir Path dir;

  @Test
  void agreesWithB3sumOnRandomSizes() throws IOException, InterruptedException {
    Random random = new Random(5);
    for (int i = 0; i < 24; i++) {
      int length = random.nextInt(1 << random.nextInt(1, 24));
      byte[] input = Pattern.random(length, i);
      Path file = Files.write(dir.resolve("input"), input);
      Digest expected = b3sum(file);
      assertEquals(expected, Blake3.hash(input), length + " bytes in memory");
      try (FileChannel channel = FileChannel.open(file);
          Progress.Step step = Progress.NONE.begin("Hashing", length, Progress.Unit.BYTES)) {
        assertEquals(
            expected,
            new FileHasher(HashEngine.detect()).digest(channel, 0, length, step),
            length + " bytes from a file");
      }
    }
  }

  private static Digest b3sum(Path file) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder("b3sum", "--no-names", file.toString()).start();
    } catch (IOException e) {
      return Assumptions.abort("b3sum is not installed: " + e.getMessage());
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertEquals(0, process.waitFor());
    return Digest.parse(out.strip());
  }
}
