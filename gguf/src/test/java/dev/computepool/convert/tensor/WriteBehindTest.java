package dev.computepool.convert.tensor;

import static dev.computepool.convert.tensor.WriteBehind.RANGE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.convert.tensor.WriteBehind.Range;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WriteBehindTest {
  @TempDir Path folder;

  private final BlockingQueue<Range> asked = new LinkedBlockingQueue<>();
  private FileChannel first;
  private FileChannel second;

  @BeforeEach
  void open() throws IOException {
    first = open("first");
    second = open("second");
  }

  @AfterEach
  void close() throws IOException {
    first.close();
    second.close();
  }

  private FileChannel open(String name) throws IOException {
    return FileChannel.open(
        folder.resolve(name),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  @Test
  void asksForRangesThatAreLongEnough() throws Exception {
    try (WriteBehind behind = new WriteBehind(asked::add)) {
      behind.written(first, 100, 110);
      behind.written(first, 120, 100 + RANGE);
      assertEquals(new Range(first, 100, 100 + RANGE), asked.take());
      // Threads do not end in the order in which they began.
      behind.written(first, 200 + RANGE, 100 + 2 * RANGE);
      behind.written(first, 100 + RANGE, 200 + RANGE);
      assertEquals(new Range(first, 100 + RANGE, 100 + 2 * RANGE), asked.take());
    }
  }

  @Test
  void aRangeIsOfOneFile() throws Exception {
    try (WriteBehind behind = new WriteBehind(asked::add)) {
      behind.written(first, 0, RANGE - 1);
      behind.written(second, RANGE - 1, 2 * RANGE);
      assertEquals(new Range(second, RANGE - 1, 2 * RANGE), asked.take());
    }
    assertEquals(List.of(), List.copyOf(asked));
  }

  @Test
  void closingWaitsForOneRangeOnly() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    WriteBehind behind =
        new WriteBehind(
            range -> {
              asked.add(range);
              await(slow);
              return true;
            });
    for (int i = 0; i < 3; i++) {
      behind.written(first, i * RANGE, (i + 1) * RANGE);
    }
    assertEquals(new Range(first, 0, RANGE), asked.take());
    Thread closing = Thread.ofPlatform().start(() -> closeQuietly(behind));
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    slow.countDown();
    closing.join();
    assertEquals(List.of(), List.copyOf(asked));
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void closeQuietly(WriteBehind behind) {
    try {
      behind.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aMediumThatCannotBeAskedIsLeftAlone() throws Exception {
    try (WriteBehind behind =
        new WriteBehind(
            range -> {
              asked.add(range);
              return false;
            })) {
      behind.written(first, 0, RANGE);
      assertEquals(new Range(first, 0, RANGE), asked.take());
      behind.written(first, RANGE, 2 * RANGE);
    }
    assertEquals(List.of(), List.copyOf(asked));
  }

  @Test
  void aMediumThatTakesNoBytesIsTold() throws Exception {
    WriteBehind behind =
        new WriteBehind(
            range -> {
              asked.add(range);
              throw new IOException("No space left on device");
            });
    behind.written(first, 0, RANGE);
    asked.take();
    IOException thrown = assertThrows(IOException.class, behind::close);
    assertEquals("No space left on device", thrown.getMessage());
    assertThrows(IOException.class, () -> behind.written(first, RANGE, 2 * RANGE));
  }

  @Test
  void bytesStayAsTheyAre() throws IOException {
    byte[] bytes = new byte[3 << 20];
    new Random(1).nextBytes(bytes);
    try (WriteBehind behind = new WriteBehind()) {
      for (long at = 0; at < 2 * RANGE; at += bytes.length) {
        first.write(ByteBuffer.wrap(bytes), at);
        behind.written(first, at, at + bytes.length);
      }
    }
    byte[] file = Files.readAllBytes(folder.resolve("first"));
    for (int at = 0; at < file.length; at += bytes.length) {
      byte[] piece = new byte[bytes.length];
      System.arraycopy(file, at, piece, 0, piece.length);
      assertArrayEquals(bytes, piece);
    }
  }
}
