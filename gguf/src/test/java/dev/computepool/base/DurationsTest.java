package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0.0 s",
    "PT0.449S, 0.4 s",
    "PT9.94S, 9.9 s",
    "PT9.97S, 10 s",
    "PT59.9S, 1 min 00 s",
    "PT60S, 1 min 00 s",
    "PT3M20.4S, 3 min 20 s",
    "PT59M59.6S, 1 h 00 min",
    "PT1H5M, 1 h 05 min",
    "PT26H59M, 26 h 59 min"
  })
  void areWrittenAsPeopleReadThem(Duration time, String text) {
    assertEquals(text, Durations.format(time));
  }

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "500ms, PT0.5S",
    "1.5s, PT1.5S",
    "2 m, PT2M",
    "5min, PT5M",
    "12h, PT12H",
    "1d, PT24H"
  })
  void areReadAsPeopleWriteThem(String text, Duration time) {
    assertEquals(time, Durations.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "-1s", "1 week", "1h30m", "s"})
  void whatIsNoTimeIsRefused(String text) {
    assertEquals(
        "'%s' is not a time; write it as 500ms, 2s, 5m, 12h or 1d".formatted(text),
        assertThrows(IllegalArgumentException.class, () -> Durations.parse(text)).getMessage());
  }

  @Test
  void rateNeedsATime() {
    assertEquals("", Durations.rate(1, Duration.ofNanos(999_999)));
    assertEquals("2.0 KiB/s", Durations.rate(1024, Duration.ofMillis(500)));
    assertEquals("0 B/s", Durations.rate(0, Duration.ofSeconds(1)));
  }
}
