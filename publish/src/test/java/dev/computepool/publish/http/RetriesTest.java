package dev.computepool.publish.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.computepool.base.http.Head;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static Optional<Duration> pause(int status, String header, String value) {
    return Retries.STANDARD.pause(new Head(status, Map.of(header, List.of(value))), 1, NOW);
  }

  @Test
  void pausesDoubleUpToTheLongest() {
    assertEquals(
        List.of(1L, 2L, 4L, 8L, 8L),
        IntStream.rangeClosed(1, 5).mapToObj(n -> Retries.STANDARD.pause(n).toSeconds()).toList());
  }

  @Test
  void limitThatIsUsedUpIsWaitedFor() {
    assertEquals(Optional.of(Duration.ofSeconds(56)), pause(429, "ratelimit", "\"api\";r=0;t=55"));
    assertEquals(
        Optional.of(Duration.ofSeconds(56)),
        pause(429, "ratelimit", "\"pages\";r=3;t=9, \"api\"; r=0 ; t=55"));
  }

  @Test
  void limitThatIsNotUsedUpSaysNothing() {
    assertEquals(Optional.of(Duration.ofSeconds(1)), pause(429, "ratelimit", "\"api\";r=7;t=55"));
    assertEquals(Optional.of(Duration.ofSeconds(1)), pause(503, "ratelimit", "\"api\";r=0;t=55"));
    assertEquals(Optional.of(Duration.ofSeconds(1)), pause(429, "ratelimit", "nonsense"));
  }

  @Test
  void retryAfterIsHonoured() {
    assertEquals(Optional.of(Duration.ofSeconds(7)), pause(503, "retry-after", "7"));
    assertEquals(
        Optional.of(Duration.ofSeconds(10)),
        pause(503, "retry-after", "Fri, 02 Jan 2026 03:04:15 GMT"));
    assertEquals(Optional.empty(), pause(503, "retry-after", "86400"));
  }
}
