package dev.computepool.sharding.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.ByteRange;
import dev.computepool.sharding.store.HashingPipeline.Job;
import dev.computepool.sharding.store.HashingPipeline.Port;
import dev.computepool.sharding.store.WindowQueue.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowQueueTest {
  private final Path model;
  private final Window a0;
  private final Window a1;
  private final Window b0;
  private final Window b1;

  WindowQueueTest(@TempDir Path folder) {
    model = folder.resolve("model");
    a0 = window("a", 0);
    a1 = window("a", 1);
    b0 = window("b", 2);
    b1 = window("b", 3);
  }

  /// The byte of a model file at `order`, which goes to the file `target`.
  private Window window(@Nullable String target, int order) {
    Placement original = Placement.of(List.of(ByteRange.at(order, 1)));
    Port sink = target == null ? null : new Port(Path.of(target), Placement.whole(1));
    Job job = new Job(new Port(model, original), sink, original, 1, hashed -> {});
    return new Window(job, new ByteRange(0, 1), order);
  }

  private static boolean cold(Window window) {
    return false;
  }

  private static boolean warm(Window window) {
    return true;
  }

  private static WindowQueue queue(Predicate<Window> inMemory, Window... windows) {
    return new WindowQueue(List.of(windows), inMemory);
  }

  @Test
  void windowsOfOneFileComeInTheOrderOfTheModel() {
    WindowQueue queue = queue(WindowQueueTest::warm, a1, a0);
    assertSame(a0, queue.take());
    assertFalse(queue.isEmpty());
    assertSame(a1, queue.take());
    assertTrue(queue.isEmpty());
    assertNull(queue.take());
  }

  @Test
  void whoWouldWaitForAFileGetsAnother() {
    WindowQueue queue = queue(WindowQueueTest::warm, a0, a1, b0, b1);
    assertSame(a0, queue.take());
    assertSame(b0, queue.take());
    queue.done(a0);
    assertSame(a1, queue.take());
    queue.done(b0);
    assertSame(b1, queue.take());
    assertTrue(queue.isEmpty());
  }

  @Test
  void aFileIsBusyUntilTheLastThreadHasLeftIt() {
    Window a2 = window("a", 4);
    Window b5 = window("b", 5);
    WindowQueue queue = queue(window -> window.equals(b5), a0, a1, a2, b5);
    assertSame(a0, queue.take());
    assertSame(b5, queue.take());
    assertSame(a1, queue.take()); // both files are busy
    queue.done(a0);
    queue.done(b5);
    assertSame(a2, queue.take());
  }

  @Test
  void aDiskIsReadInOrder() {
    WindowQueue queue = queue(WindowQueueTest::cold, a0, a1, b0, b1);
    assertSame(a0, queue.take());
    assertSame(a1, queue.take());
    assertSame(b0, queue.take());
  }

  @Test
  void whatIsOnlyReadComesInOrder() {
    Window first = window(null, 0);
    Window second = window(null, 1);
    WindowQueue queue = queue(WindowQueueTest::warm, second, first);
    assertSame(first, queue.take());
    assertSame(second, queue.take());
  }

  @Test
  void whatWasJustWrittenIsInMemory() throws IOException {
    Files.write(model, new byte[4]);
    WindowQueue queue = new WindowQueue(List.of(a0, a1, b0, b1));
    assertSame(a0, queue.take());
    assertSame(b0, queue.take());
  }

  @Test
  void whatWasCutOffIsNotInMemory() throws IOException {
    Files.write(model, new byte[2]);
    WindowQueue queue = new WindowQueue(List.of(a0, a1, b0, b1));
    assertSame(a0, queue.take());
    assertSame(a1, queue.take());
  }

  @Test
  void aModelThatIsGoneIsNotInMemory() {
    WindowQueue queue = new WindowQueue(List.of(a0, a1, b0, b1));
    assertSame(a0, queue.take());
    assertSame(a1, queue.take());
  }

  @Test
  void theModelIsCompleteUpToTheFirstWindowThatIsNotDone() {
    WindowQueue queue = queue(WindowQueueTest::warm, a0, a1, b0);
    queue.take();
    queue.take();
    queue.take();
    assertEquals(OptionalLong.empty(), queue.done(a1));
    assertEquals(OptionalLong.of(2), queue.done(a0));
    assertEquals(OptionalLong.empty(), queue.done(b0));
  }
}
