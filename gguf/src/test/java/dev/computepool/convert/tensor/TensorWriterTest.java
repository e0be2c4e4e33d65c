package dev.computepool.convert.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.safetensors.Dtype;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("OperatorPrecedence") // bits, as the formats write them
class TensorWriterTest {
  @TempDir Path folder;

  private record Counter(AtomicLong bytes, long limit) implements Progress.Step {
    @Override
    public void advance(long amount) throws CancelledException {
      if (bytes.addAndGet(amount) > limit) {
        throw new CancelledException();
      }
    }

    @Override
    public void close() {}
  }

  private FileChannel file() throws IOException {
    return FileChannel.open(
        folder.resolve("file"),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void writesEachTensorToItsPlaceOnAnyNumberOfThreads(int threads) throws IOException {
    int count = 2 * TensorWriter.CHUNK + 64;
    byte[] random = new byte[2 * count];
    new Random(threads).nextBytes(random);
    for (int i = 1; i < random.length; i += 2) {
      random[i] &= 0x3f; // no NaNs
    }
    try (Arena arena = Arena.ofShared();
        FileChannel file = file()) {
      MemorySegment bytes = arena.allocate(random.length);
      MemorySegment.copy(MemorySegment.ofArray(random), 0, bytes, 0, random.length);
      Dense halves = new Stored(Dtype.BF16, List.of((long) count / 64, 64L), bytes);
      Dense backwards = halves.rows(halves.shape(), row -> count / 64 - 1 - row);
      List<Placed> placed =
          List.of(
              new Placed(halves, GgmlType.BF16, file, 100),
              new Placed(backwards, null, file, 100 + 2L * count),
              new Placed(halves, GgmlType.F32, file, 100 + 4L * count));
      Counter counter = new Counter(new AtomicLong(), Long.MAX_VALUE);
      new TensorWriter(threads).write(placed, counter);
      assertEquals(8L * count, counter.bytes.get());
    }
    ByteBuffer expected = ByteBuffer.allocate(100 + 8 * count).order(ByteOrder.LITTLE_ENDIAN);
    expected.position(100).put(random);
    for (int row = count / 64 - 1; row >= 0; row--) {
      expected.put(random, row * 128, 128);
    }
    for (int i = 0; i < count; i++) {
      expected.put((byte) 0).put((byte) 0).put(random, 2 * i, 2);
    }
    assertArrayEquals(expected.array(), Files.readAllBytes(folder.resolve("file")));
  }

  @Test
  void makesSignallingNansQuietAsGgmlDoes() throws IOException {
    byte[] bytes = {0x01, 0x7f, (byte) 0x81, 0x7f, (byte) 0x80, (byte) 0xff};
    try (FileChannel file = file()) {
      Dense tensor = new Stored(Dtype.BF16, List.of(3L), MemorySegment.ofArray(bytes));
      new TensorWriter(1)
          .write(
              List.of(new Placed(tensor, GgmlType.BF16, file, 0)),
              new Counter(new AtomicLong(), 100));
    }
    assertArrayEquals(
        new byte[] {0x01, 0x7f, (byte) 0xc1, 0x7f, (byte) 0x80, (byte) 0xff},
        Files.readAllBytes(folder.resolve("file")));
  }

  @Test
  void makesOneSignallingNanQuietInARunThatIsCopied() throws IOException {
    int count = TensorWriter.RUN / Short.BYTES + TensorWriter.CHUNK + 5;
    byte[] bytes = new byte[count * Short.BYTES];
    new Random(1).nextBytes(bytes);
    for (int i = 1; i < bytes.length; i += 2) {
      bytes[i] &= (byte) 0xbf; // finite
    }
    int at = 2 * (TensorWriter.CHUNK + 3);
    bytes[at] = (byte) 0x81;
    bytes[at + 1] = 0x7f;
    byte[] expected = bytes.clone();
    expected[at] = (byte) 0xc1;
    try (FileChannel file = file()) {
      Dense tensor = new Stored(Dtype.BF16, List.of((long) count), MemorySegment.ofArray(bytes));
      new TensorWriter(2)
          .write(
              List.of(new Placed(tensor, GgmlType.BF16, file, 0)),
              new Counter(new AtomicLong(), bytes.length));
    }
    assertArrayEquals(expected, Files.readAllBytes(folder.resolve("file")));
  }

  @Test
  void stopsWhenItIsCancelled() throws IOException {
    byte[] bytes = new byte[12 * TensorWriter.RUN];
    Dense zeros = new Stored(Dtype.U8, List.of((long) bytes.length), MemorySegment.ofArray(bytes));
    try (FileChannel file = file()) {
      Counter counter = new Counter(new AtomicLong(), 3L * TensorWriter.RUN);
      assertThrows(
          CancelledException.class,
          () -> new TensorWriter(2).write(List.of(new Placed(zeros, null, file, 0)), counter));
      assertTrue(counter.bytes.get() <= 6L * TensorWriter.RUN, counter.bytes.toString());
    }
  }

  @Test
  void tellsTheFailureOfAThread() throws IOException {
    FileChannel closed = file();
    closed.close();
    Dense tensor = Stored.of(1, 2, 3);
    assertThrows(
        java.nio.channels.ClosedChannelException.class,
        () ->
            new TensorWriter(2)
                .write(
                    List.of(new Placed(tensor, GgmlType.F32, closed, 0)),
                    new Counter(new AtomicLong(), 100)));
  }
}
