package dev.computepool.publish.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParallelTest {
  @Test
  void firstFailureEndsWhatMovesAndWhatWaits() {
    Parallel parallel = new Parallel(2);
    IOException first = new IOException("first");
    CountDownLatch moving = new CountDownLatch(2);
    AtomicInteger begun = new AtomicInteger();
    List<Parallel.Task> tasks = new ArrayList<>();
    tasks.add(
        group ->
            parallel.limited(
                group,
                () -> {
                  moving.countDown();
                  while (true) {
                    group.step(step()).advance(1); // until the other one has failed
                  }
                }));
    tasks.add(
        group ->
            parallel.limited(
                group,
                () -> {
                  moving.countDown();
                  await(moving);
                  throw first;
                }));
    for (int i = 0; i < 5; i++) {
      tasks.add(
          group -> {
            await(moving);
            parallel.limited(group, begun::incrementAndGet);
          });
    }
    assertSame(first, assertThrows(IOException.class, () -> parallel.run(tasks)));
    assertEquals(0, begun.get());
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static Progress.Step step() {
    return Progress.NONE.begin("test", -1, Progress.Unit.BYTES);
  }

  @Test
  void mistakeOfOursEndsAllAndIsPassedOn() {
    Parallel parallel = new Parallel(2);
    IllegalArgumentException mistake = new IllegalArgumentException("ours");
    CountDownLatch begun = new CountDownLatch(1);
    List<Parallel.Task> tasks =
        List.of(
            group -> {
              begun.countDown();
              while (true) {
                group.step(step()).advance(1);
              }
            },
            _ -> {
              await(begun);
              throw mistake;
            });
    assertSame(mistake, assertThrows(IllegalArgumentException.class, () -> parallel.run(tasks)));
  }

  @Test
  void partsOfATaskEndWithItsGroup() {
    Parallel parallel = new Parallel(2);
    CountDownLatch inside = new CountDownLatch(1);
    List<Parallel.Task> parts =
        List.of(
            inner -> {
              inside.countDown();
              while (true) {
                inner.step(step()).advance(1);
              }
            });
    AtomicInteger cancelled = new AtomicInteger();
    List<Parallel.Task> tasks =
        List.of(
            outer -> {
              assertThrows(CancelledException.class, () -> parallel.run(outer, parts));
              cancelled.incrementAndGet();
            },
            _ -> {
              await(inside);
              throw new IOException("outside");
            });
    assertEquals(
        "outside", assertThrows(IOException.class, () -> parallel.run(tasks)).getMessage());
    assertEquals(1, cancelled.get());
  }
}
