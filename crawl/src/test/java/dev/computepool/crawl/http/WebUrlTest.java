package dev.computepool.crawl.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP://Example.ORG | http://example.org/",
        "https://example.org:443/a#b | https://example.org/a",
        "http://example.org:8080/a?b=c#d | http://example.org:8080/a?b=c",
        "http://example.org/a b/ü?q=[x]|http://example.org/a%20b/%C3%BC?q=%5Bx%5D",
        "http://example.org/a%2Fb%zz | http://example.org/a%2Fb%25zz",
        "http://exämple.org/ | http://xn--exmple-cua.org/",
        "http://example.org./x | http://example.org/x",
        "http://example.org/a/../b/./c | http://example.org/b/c",
        "http://example.org/../../b | http://example.org/b",
        "http://example.org/a//b | http://example.org/a//b",
        "http://[::1]:80/x | http://[::1]/x",
        "http://example.org?q=1 | http://example.org/?q=1",
        "http://2130706433/ | http://127.0.0.1/",
        "http://017700000001/ | http://127.0.0.1/",
        "http://0x7f.1:8080/x | http://127.0.0.1:8080/x",
        "http://0X7F000001./ | http://127.0.0.1/",
        "http://0177.0.0.01/ | http://127.0.0.1/",
        "http://１２７。0.0.1/ | http://127.0.0.1/",
        "http://%31%30.1.2.3/ | http://10.1.2.3/",
        "http://a.0x7f.example/ | http://a.0x7f.example/",
        "http://1.2.3.example/ | http://1.2.3.example/"
      })
  void oneFormForAll(String written, String normal) {
    assertEquals(URI.create(normal), WebUrl.parse(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://example.org/",
        "example.org",
        "http://",
        "mailto:a@b",
        "",
        "/a/b",
        "http://256.0.0.1/",
        "http://1.2.3.4.5/",
        "http://09.0.0.1/",
        "http://4294967296/",
        "http://1..2/",
        "http://example.7/"
      })
  void whatIsNoUrlOfThePageIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> WebUrl.parse(text));
  }

  @Test
  void namesAndPasswordsAreRefusedAndNotRepeated() {
    String message =
        String.valueOf(
            assertThrows(
                    IllegalArgumentException.class,
                    () -> WebUrl.parse("https://user:geheim@example.org/"))
                .getMessage());
    assertFalse(message.contains("geheim"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "../c | http://example.org/a/c",
        "?x=1 | http://example.org/a/b/?x=1",
        "//other.org/y | http://other.org/y",
        "/ä b | http://example.org/%C3%A4%20b",
        "http:\\\\other.org\\z | http://other.org/z"
      })
  void linksAreResolved(String link, String url) {
    assertEquals(URI.create(url), WebUrl.resolve(URI.create("http://example.org/a/b/"), link));
  }

  /// The examples of RFC 3986, section 5.4, that are `http:` URLs here; fragments are dropped.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "g | http://a/b/c/g",
        "./g | http://a/b/c/g",
        "g/ | http://a/b/c/g/",
        "/g | http://a/g",
        "//g | http://g/",
        "?y | http://a/b/c/d;p?y",
        "g?y | http://a/b/c/g?y",
        "#s | http://a/b/c/d;p?q",
        "g;x | http://a/b/c/g;x",
        "'' | http://a/b/c/d;p?q",
        ". | http://a/b/c/",
        ".. | http://a/b/",
        "../../../g | http://a/g"
      })
  void linksAreResolvedAsTheStandardSays(String link, String url) {
    assertEquals(URI.create(url), WebUrl.resolve(URI.create("http://a/b/c/d;p?q"), link));
  }

  @Test
  void trackingIsTakenOff() {
    assertEquals(
        URI.create("https://a.org/x?id=3"),
        WebUrl.withoutTracking(
            URI.create("https://a.org/x?utm_source=g&id=3&srsltid=AbC&UTM_Medium=m")));
    assertEquals(
        URI.create("https://a.org/x"),
        WebUrl.withoutTracking(URI.create("https://a.org/x?gclid=1")));
    assertEquals(
        URI.create("https://a.org/x?utmost=1"),
        WebUrl.withoutTracking(URI.create("https://a.org/x?utmost=1")));
  }
}
