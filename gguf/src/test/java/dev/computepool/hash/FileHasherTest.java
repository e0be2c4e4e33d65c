package dev.computepool.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.ByteRange;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileHasherTest {
  @TempDir Path dir;

  /// Counts, and cancels when `limit` is reached.
  private record Counter(AtomicLong bytes, long limit) implements Progress.Step {
    Counter() {
      this(new AtomicLong(), Long.MAX_VALUE);
    }

    @Override
    public void advance(long amount) throws CancelledException {
      if (bytes.addAndGet(amount) >= limit) {
        throw new CancelledException();
      }
    }

    @Override
    public void close() {}
  }

  private FileChannel open(byte[] content) throws IOException {
    return FileChannel.open(Files.write(dir.resolve("file"), content));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1024, 131_071, 131_072, 131_073, 3_000_000})
  void hashesARegionOnAnyNumberOfThreads(int length) throws IOException {
    byte[] content = Pattern.random(length + 100, 1);
    Digest expected = Blake3.hash(Arrays.copyOfRange(content, 33, 33 + length));
    try (FileChannel channel = open(content)) {
      for (int threads : new int[] {1, 2, 5}) {
        FileHasher hasher = new FileHasher(HashEngine.detect().withThreads(threads));
        Counter step = new Counter();
        assertEquals(expected, hasher.digest(channel, 33, length, step));
        assertEquals(length, step.bytes.get());
        Blake3Tree tree = hasher.tree(channel, 33, length, 16_384, step);
        assertEquals(expected, tree.root());
        assertEquals(Math.max(1, Math.ceilDiv(length, 16_384)), tree.groupCount());
      }
    }
  }

  @Test
  void checksARangeByReadingOnlyItsGroups() throws IOException {
    byte[] content = Pattern.random(1_000_000, 2);
    FileHasher hasher = new FileHasher(HashEngine.detect());
    try (FileChannel channel = open(content)) {
      Blake3Tree tree = hasher.tree(channel, 10, 900_000, 16_384, new Counter());
      Counter step = new Counter();
      ByteRange range = new ByteRange(100_000, 150_000);
      assertEquals(List.of(), hasher.damaged(channel, 10, tree, range, step));
      assertEquals(163_840 - 98_304, step.bytes.get());
      try (FileChannel writing = FileChannel.open(dir.resolve("file"), StandardOpenOption.WRITE)) {
        writing.write(ByteBuffer.allocate(1), 10 + 120_000);
        writing.write(ByteBuffer.allocate(1), 10 + 700_000);
      }
      assertEquals(
          List.of(ByteRange.at(114_688, 16_384)),
          hasher.damaged(channel, 10, tree, range, new Counter()));
      assertEquals(
          List.of(ByteRange.at(114_688, 16_384), ByteRange.at(688_128, 16_384)),
          hasher.damaged(channel, 10, tree, new ByteRange(0, 900_000), new Counter()));
      assertEquals(
          List.of(), hasher.damaged(channel, 10, tree, new ByteRange(5, 5), new Counter()));
    }
  }

  @Test
  void checksAnInputOfOneGroup() throws IOException {
    byte[] content = Pattern.random(5000, 3);
    FileHasher hasher = new FileHasher(HashEngine.detect());
    try (FileChannel channel = open(content)) {
      Blake3Tree tree = hasher.tree(channel, 0, 5000, 16_384, new Counter());
      ByteRange range = new ByteRange(17, 18);
      assertEquals(List.of(), hasher.damaged(channel, 0, tree, range, new Counter()));
      content[4999] ^= 1;
      try (FileChannel other = open(content)) {
        assertEquals(
            List.of(new ByteRange(0, 5000)), hasher.damaged(other, 0, tree, range, new Counter()));
      }
    }
  }

  @Test
  void saysWhereAFileEndsTooEarly() throws IOException {
    try (FileChannel channel = open(new byte[1_000_000])) {
      FileHasher hasher = new FileHasher(HashEngine.detect());
      assertEquals(
          "the file ends at byte 1000000",
          assertThrows(
                  EOFException.class, () -> hasher.digest(channel, 1, 1_000_000, new Counter()))
              .getMessage());
    }
  }

  @Test
  void stopsWhenCancelled() throws IOException {
    try (FileChannel channel = open(new byte[10_000_000])) {
      Counter step = new Counter(new AtomicLong(), 1_000_000);
      FileHasher hasher = new FileHasher(HashEngine.detect().withThreads(2));
      assertThrows(CancelledException.class, () -> hasher.digest(channel, 0, 10_000_000, step));
      assertTrue(step.bytes.get() < 2_000_000, "went on to " + step.bytes.get());
      Cancellation cancellation = new Cancellation();
      cancellation.cancel();
      Progress.Step silent =
          Progress.silent(cancellation).begin("Hashing", 10_000_000, Progress.Unit.BYTES);
      assertThrows(
          CancelledException.class,
          () -> Sha256.digest(Path.of("zeros"), channel, 0, 10_000_000, silent));
    }
  }

  @Test
  void stopsWhenInterruptedAndLeavesTheFileOpen() throws IOException {
    try (FileChannel channel = open(new byte[1_000_000])) {
      FileHasher hasher = new FileHasher(HashEngine.detect().withThreads(2));
      Thread.currentThread().interrupt();
      assertThrows(
          CancelledException.class, () -> hasher.digest(channel, 0, 1_000_000, new Counter()));
      assertTrue(Thread.interrupted());
      assertTrue(channel.isOpen());
    }
  }
}
