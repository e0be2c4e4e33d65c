package dev.computepool.crawl.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostGateTest {
  /// Time passes only where somebody waits.
  private static final class FakePacer implements Pacer {
    private long now = 1_000_000_000L;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void sleep(Duration time) {
      now += time.toNanos();
    }
  }

  private final FakePacer pacer = new FakePacer();
  private final long begin = pacer.nanoTime();
  private final HostGate gate =
      new HostGate(pacer, Duration.ofMillis(500), 1, Duration.ofMinutes(2), 3);

  private List<Long> starts(int requests) throws InterruptedException {
    List<Long> starts = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      assertTrue(gate.enter());
      starts.add((pacer.nanoTime() - begin) / 1_000_000);
      gate.leave();
    }
    return starts;
  }

  @Test
  void requestsKeepTheirDistance() throws InterruptedException {
    assertEquals(List.of(0L, 500L, 1000L), starts(3));
  }

  @Test
  void aLongerDelayHoldsForTheNextOneAlready() throws InterruptedException {
    starts(1);
    gate.slowDown(Duration.ofSeconds(3));
    assertEquals(List.of(3000L, 6000L), starts(2));
    gate.slowDown(Duration.ofSeconds(1));
    assertEquals(List.of(9000L), starts(1));
  }

  @Test
  void aPauseHoldsForAll() throws InterruptedException {
    starts(1);
    gate.pause(Duration.ofSeconds(10));
    gate.pause(Duration.ofSeconds(4));
    assertEquals(List.of(10_000L, 10_500L), starts(2));
  }

  @Test
  void aHostThatWantsTooLongAPauseIsGivenUp() throws InterruptedException {
    gate.pause(Duration.ofMinutes(3));
    assertFalse(gate.enter());
    assertEquals("asked to be left alone for 3 min 00 s", gate.givenUp());
  }

  @Test
  void aHostIsGivenUpWhenPageAfterPageFails() throws InterruptedException {
    gate.failed("status 500");
    gate.failed("status 500");
    gate.succeeded();
    gate.failed("status 500");
    gate.failed("status 500");
    assertTrue(gate.enter());
    gate.leave();
    gate.failed("status 502");
    assertFalse(gate.enter());
    assertEquals("3 pages in a row failed, the last one: status 502", gate.givenUp());
  }

  @Test
  void aPlaceIsNotLostWhereNobodyPasses() throws InterruptedException {
    gate.giveUp("gone");
    assertFalse(gate.enter());
    assertFalse(gate.enter());
  }
}
