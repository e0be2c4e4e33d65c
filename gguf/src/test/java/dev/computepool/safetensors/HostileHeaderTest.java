package dev.computepool.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a file holds, it is refused with its problems, or every tensor of it can be read.
class HostileHeaderTest {
  private static final String HEADER =
      """
      {"__metadata__":{"format":"pt"},\
      "a":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},\
      "ä":{"dtype":"F32","shape":[],"data_offsets":[12,16]},\
      "c":{"dtype":"F8_E4M3","shape":[0,7],"data_offsets":[16,16]}}\
      """;

  @TempDir Path folder;

  private static byte[] valid() {
    byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + header.length + 16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  /// Whether it is accepted; reads each byte of each tensor then.
  private boolean isRead(byte[] bytes) throws IOException {
    Path path = Files.write(folder.resolve("model.safetensors"), bytes);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      long sum = 0;
      for (StoredTensor tensor : file.header().tensors()) {
        sum += file.bytes(tensor).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE).length;
      }
      assertTrue(sum <= bytes.length);
      return true;
    } catch (SafetensorsFormatException e) {
      assertTrue(!e.problems().isEmpty());
      return false;
    }
  }

  @Test
  void refusesEveryFileThatWasCutShort() throws IOException {
    byte[] whole = valid();
    assertTrue(isRead(whole));
    for (int length = 0; length < whole.length; length++) {
      assertTrue(!isRead(Arrays.copyOf(whole, length)), length + " bytes");
    }
  }

  @Test
  void survivesEveryFlippedBit() throws IOException {
    byte[] whole = valid();
    int read = 0;
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      read += isRead(flipped) ? 1 : 0;
    }
    // The data are free, and a letter of a name can be another one; sizes and braces cannot.
    assertTrue(read >= 8 * 16 && read < 8 * whole.length / 2, read + " were read");
  }

  @Test
  void survivesBytesInRandomPlaces() throws IOException {
    Random random = new Random(6);
    byte[] digits = "0123456789-{}[]\",:eE.".getBytes(StandardCharsets.US_ASCII);
    for (int round = 0; round < 3000; round++) {
      byte[] broken = valid();
      for (int i = random.nextInt(4); i >= 0; i--) {
        broken[random.nextInt(broken.length)] = digits[random.nextInt(digits.length)];
      }
      isRead(broken);
    }
  }

  @Test
  void believesNoLength() throws IOException {
    for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 1L << 32, 100}) {
      byte[] bytes = valid();
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
      assertEquals(false, isRead(bytes), "a length of " + length);
    }
  }
}
