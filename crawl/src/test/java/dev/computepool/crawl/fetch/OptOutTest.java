package dev.computepool.crawl.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.computepool.base.http.Head;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptOutTest {
  private static final OptOut OPT_OUT = new OptOut(new Robot("computepool"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "noindex | X-Robots-Tag: noindex",
        "nofollow, NoAI, noimageai | X-Robots-Tag: noai",
        "noml | X-Robots-Tag: noml",
        "none | X-Robots-Tag: none",
        "computepool: noindex | X-Robots-Tag: noindex",
        "googlebot: noindex | -",
        "max-snippet: 20, noindex | X-Robots-Tag: noindex",
        "unavailable_after: 25 Jun 2010 15:00:00 PST | -",
        "index, follow | -",
        "noarchive | -"
      })
  void headers(String value, String expected) {
    assertEquals(
        Optional.ofNullable(expected),
        OPT_OUT.ofHead(new Head(200, Map.of("x-robots-tag", List.of("all", value)))));
  }

  @ParameterizedTest
  @CsvSource({"1, true", "0, false", "'', false"})
  void reservations(String value, boolean reserved) {
    assertEquals(
        reserved,
        OPT_OUT.ofHead(new Head(200, Map.of("tdm-reservation", List.of(value)))).isPresent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "<meta name='ROBOTS' content='NOINDEX,FOLLOW'> | meta robots: noindex",
        "<meta content='noai, noimageai' name=robots> | meta robots: noai",
        "<meta name=computepool content=noml> | meta computepool: noml",
        "<meta name=googlebot content=noindex> | -",
        "<meta name='tdm-reservation' content='1'> | tdm-reservation: 1",
        "<meta name='tdm-reservation' content='0'> | -",
        "<meta name=robots content='index, follow, max-image-preview:large'> | -",
        "<title>noindex</title> | -",
        "<!-- <meta name=robots content=noindex> --> | -"
      })
  void pages(String head, String expected) {
    assertEquals(
        Optional.ofNullable(expected),
        OPT_OUT.ofPage("<html><head>" + head + "</head><body><p>text</p></body></html>"));
  }
}
