package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;

/// Ways to damage a file, for readers that must survive all of them.
public final class HostileBytes {
  private HostileBytes() {}

  /// A reader that is tried; what it throws fails the test unless it is what the caller expects.
  public interface Reader {
    void read(byte[] file) throws Exception;
  }

  /// Every beginning of the file but the whole.
  public static void everyTruncation(byte[] whole, Reader reader) throws Exception {
    for (int length = 0; length < whole.length; length++) {
      reader.read(Arrays.copyOf(whole, length));
    }
  }

  /// The file with each single bit of its first `end` bytes turned.
  public static void everyFlippedBit(byte[] whole, int end, Reader reader) throws Exception {
    for (int bit = 0; bit < Byte.SIZE * end; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      reader.read(flipped);
    }
  }

  /// The file with one to four of the bytes from `start` to `end` replaced, by anything or by the
  /// small numbers that types and counts are made of.
  public static void randomChanges(byte[] whole, int start, int end, int times, Reader reader)
      throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < times; i++) {
      byte[] changed = whole.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        int at = start + random.nextInt(end - start);
        changed[at] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(12));
      }
      reader.read(changed);
    }
  }

  /// Fails unless the reader refuses the file and takes hardly more memory for it than it has
  /// bytes, whatever the file says about itself.
  public static void refusesCheaply(
      byte[] file, Class<? extends Exception> refusal, Reader reader) {
    assertThrows(refusal, () -> reader.read(file)); // loads classes
    long before = allocated();
    assertThrows(refusal, () -> reader.read(file));
    long taken = allocated() - before;
    assertTrue(taken < 200_000 + 4L * file.length, taken + " bytes for " + file.length);
  }

  /// Bytes of heap that this thread has taken so far.
  public static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
