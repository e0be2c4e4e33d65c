package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "17b, 17",
    "1k, 1024",
    "1kb, 1000",
    "1KiB, 1024",
    "512M, 536870912",
    "512MiB, 536870912",
    "512 MiB, 536870912",
    "' 1GB ', 1000000000",
    "1.5g, 1610612736",
    "0.5kb, 500",
    "1.2345kB, 1234",
    "2TB, 2000000000000",
    "1PiB, 1125899906842624",
    "9223372036854775807, 9223372036854775807"
  })
  void readsWhatPeopleWrite(String text, long bytes) {
    assertEquals(new ByteSize(bytes), ByteSize.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "x", "12x", "-1", "+1", "1e3", "1.GB", ".5GB", "1 iB", "1,5GB", "1G B", "∞"
      })
  void refusesWhatIsNoSize(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
    assertEquals("'" + text + "' is not a size; write it as 512MiB, 1GB or 4096", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "8192PiB", "99999999999999999999999999TB"})
  void refusesWhatDoesNotFit(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
    assertEquals("size '" + text + "' is too large", e.getMessage());
  }

  @Test
  void isNeverNegative() {
    assertThrows(IllegalArgumentException.class, () -> new ByteSize(-1));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "1048524, 1023.9 KiB",
    "1048525, 1.0 MiB",
    "536870912, 512.0 MiB",
    "1073741823, 1.0 GiB",
    "1125899906842624, 1.0 PiB",
    "9223372036854775807, 8192.0 PiB",
    "-2048, -2.0 KiB"
  })
  void printsIecUnits(long bytes, String text) {
    assertEquals(text, ByteSize.format(bytes));
  }

  @Test
  void printsTheSameInEveryLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals("1.5 KiB", ByteSize.format(1536));
      assertEquals(new ByteSize(1536), ByteSize.parse("1.5KIB"));
      Locale.setDefault(Locale.of("tr"));
      assertEquals(new ByteSize(1024), ByteSize.parse("1KIB"));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void whatIsPrintedCanBeReadAgainAndIsNear() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long bytes = random.nextLong() >>> (1 + random.nextInt(62));
      long again = ByteSize.parse(ByteSize.format(Math.min(bytes, 1L << 62))).bytes();
      long error = Math.abs(Math.min(bytes, 1L << 62) - again);
      assertTrue(error <= bytes / 20, bytes + " is read as " + again);
    }
    for (long exact : List.of(0L, 1L, 1023L, 1024L, 3L << 20, 512L << 20, 7L << 40)) {
      assertEquals(exact, ByteSize.parse(ByteSize.format(exact)).bytes());
      assertEquals(exact, ByteSize.parse(Long.toString(exact)).bytes());
    }
  }
}
