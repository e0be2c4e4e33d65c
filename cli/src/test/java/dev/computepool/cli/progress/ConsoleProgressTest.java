package dev.computepool.cli.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.base.Progress.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private static final long MIB = 1 << 20;
  private static final String ERASE = "\r\u001b[K";

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1); // it may wrap around
  private final List<String> drawn = new ArrayList<>();
  private final Cancellation cancellation = new Cancellation();

  private Progress lines() {
    return ConsoleProgress.lines(cancellation, drawn::add, clock::get);
  }

  private Progress bar(int width) {
    return ConsoleProgress.bar(cancellation, drawn::add, width, clock::get);
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  @Test
  void shortWorkShowsNothing() throws CancelledException {
    try (Progress.Step step = bar(80).begin("Splitting", MIB, Unit.BYTES)) {
      pass(Duration.ofMillis(299));
      step.advance(MIB);
    }
    try (Progress.Step step = lines().begin("Splitting", MIB, Unit.BYTES)) {
      pass(Duration.ofMillis(4999));
      step.advance(MIB);
    }
    assertEquals(List.of(), drawn);
  }

  @Test
  void aBarShowsBytesRateAndTimeLeft() throws CancelledException {
    try (Progress.Step step = bar(100).begin("Splitting", 4 * MIB, Unit.BYTES)) {
      pass(Duration.ofMillis(300));
      step.advance(0);
      pass(Duration.ofMillis(700));
      step.advance(MIB);
      pass(Duration.ofMillis(99)); // not yet due again
      step.advance(MIB);
      pass(Duration.ofMillis(901));
      step.advance(MIB);
      pass(Duration.ofSeconds(2));
      step.advance(MIB);
    }
    assertEquals(
        List.of(
            ERASE + "Splitting  [                        ]  0%  0 B of 4.0 MiB  0 B/s",
            ERASE
                + "Splitting  [======                  ]  25%  1.0 MiB of 4.0 MiB  1.0 MiB/s"
                + "  3.0 s left",
            ERASE
                + "Splitting  [==================      ]  75%  3.0 MiB of 4.0 MiB  1.5 MiB/s"
                + "  0.7 s left",
            ERASE + "Splitting  [========================]  100%  4.0 MiB of 4.0 MiB  1.0 MiB/s",
            ERASE),
        drawn);
  }

  @Test
  void aBarIsNarrowerThanTheTerminal() throws CancelledException {
    try (Progress.Step step = bar(20).begin("Splitting", 4 * MIB, Unit.BYTES)) {
      pass(Duration.ofSeconds(1));
      step.advance(MIB);
    }
    String nineteen = "Splitting  [====== ";
    assertEquals(List.of(ERASE + nineteen, ERASE), drawn);
  }

  @Test
  void withoutATotalThereIsNoBar() throws CancelledException {
    try (Progress.Step step = bar(80).begin("Reading", -1, Unit.ITEMS)) {
      pass(Duration.ofSeconds(3));
      step.advance(7);
    }
    assertEquals(List.of(ERASE + "Reading  7", ERASE), drawn);
  }

  @Test
  void linesComeEveryFewSeconds() throws CancelledException {
    try (Progress.Step step = lines().begin("Hashing", 100, Unit.ITEMS)) {
      for (int i = 0; i < 29; i++) {
        pass(Duration.ofMillis(500));
        step.advance(1);
      }
    }
    assertEquals(
        List.of("Hashing: 10%  10 of 100  45 s left\n", "Hashing: 20%  20 of 100  40 s left\n"),
        drawn);
  }

  @Test
  void percentagesAreExact() throws CancelledException {
    for (int done = 0; done <= 100; done++) {
      drawn.clear();
      try (Progress.Step step = lines().begin("Hashing", 100, Unit.ITEMS)) {
        pass(Duration.ofSeconds(5));
        step.advance(done);
      }
      assertTrue(drawn.getFirst().startsWith("Hashing: " + done + "%  "), drawn.getFirst());
    }
  }

  @Test
  void moreThanTheTotalIsAllOfIt() throws CancelledException {
    try (Progress.Step step = lines().begin("Hashing", 10, Unit.ITEMS)) {
      pass(Duration.ofSeconds(5));
      step.advance(12);
    }
    try (Progress.Step step = lines().begin("Hashing", 0, Unit.ITEMS)) {
      pass(Duration.ofSeconds(5));
      step.advance(0);
    }
    assertEquals(List.of("Hashing: 100%  12 of 10\n", "Hashing: 100%  0 of 0\n"), drawn);
  }

  @Test
  void everyStepTellsTheWorkToStop() throws CancelledException {
    Progress progress = bar(80);
    try (Progress.Step step = progress.begin("Hashing", 10, Unit.ITEMS)) {
      step.advance(1);
      progress.cancellation().cancel();
      assertThrows(CancelledException.class, () -> step.advance(1));
    }
    assertEquals(List.of(), drawn);
  }

  @Test
  void severalThreadsAdvanceOneStep() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        Progress.Step step = lines().begin("Hashing", 4000, Unit.ITEMS)) {
      List<Future<?>> workers = new ArrayList<>();
      for (int worker = 0; worker < 4; worker++) {
        workers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 1000; i++) {
                    step.advance(1);
                  }
                  return null;
                }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
      pass(Duration.ofSeconds(5));
      step.advance(0);
    }
    assertEquals(List.of("Hashing: 100%  4000 of 4000\n"), drawn);
  }
}
