package dev.computepool.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
  @TempDir Path dir;

  @Test
  void givesTheExampleOfTheStandard() {
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        Sha256.hasher()
            .update(ByteBuffer.wrap("abc".getBytes(StandardCharsets.US_ASCII)))
            .digest()
            .hex());
  }

  @Test
  void hashesARegionOfAFile() throws IOException {
    byte[] content = Pattern.random(1_000_000, 1);
    Path file = Files.write(dir.resolve("file"), content);
    try (FileChannel channel = FileChannel.open(file);
        Progress.Step step = Progress.NONE.begin("Hashing", 0, Progress.Unit.BYTES)) {
      for (int length : new int[] {0, 1, 131_072, 131_073, 900_000}) {
        assertEquals(
            Sha256.hasher().update(content, 77, length).digest(),
            Sha256.digest(file, channel, 77, length, step),
            length + " bytes");
      }
      assertEquals(
          file + ": ends at byte 1000000 or before, not at 1000077: it was cut while it was read",
          assertThrows(
                  FileSystemException.class,
                  () -> Sha256.digest(file, channel, 77, 1_000_000, step))
              .getMessage());
      assertEquals(
          Sha256.hasher().update(Arrays.copyOf(content, 10), 0, 10).digest(),
          Sha256.digest(file, channel, 0, 10, step));
    }
  }
}
