package dev.computepool.crawl.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PageCharsetTest {
  private static final String GERMAN = "<p>Größe über alles: „Straße“ – 5 €</p>";
  private static final String JAPANESE = "<p>これは日本語の文章です。文字コードの判定を試すために、十分な長さの本文を書いておきます。</p>";
  private static final String RUSSIAN =
      "<p>Это русский текст, достаточно длинный, чтобы по нему можно было узнать кодировку.</p>";

  private static byte[] bytes(String text, String charset) {
    return text.getBytes(Charset.forName(charset));
  }

  @Test
  void theMarkGoesBeforeAll() {
    assertEquals(
        "ü", PageCharset.decode(new byte[] {-17, -69, -65, -61, -68}, "text/html; charset=koi8-r"));
    assertEquals("ü", PageCharset.decode(new byte[] {-2, -1, 0, -4}, null));
    assertEquals("ü", PageCharset.decode(new byte[] {-1, -2, -4, 0}, null));
  }

  @Test
  void whatIsUtf8IsUtf8WhateverTheServerSays() {
    assertEquals(
        GERMAN, PageCharset.decode(bytes(GERMAN, "UTF-8"), "text/html; charset=ISO-8859-1"));
  }

  @Test
  void theHeaderCounts() {
    assertEquals(
        RUSSIAN, PageCharset.decode(bytes(RUSSIAN, "KOI8-R"), "text/html;charset=\"koi8-r\""));
  }

  @Test
  void latin1MeansWindows() {
    assertEquals(
        GERMAN, PageCharset.decode(bytes(GERMAN, "windows-1252"), "text/html; charset=latin1"));
  }

  @Test
  void thePageCountsWhereTheHeaderIsSilent() {
    String html = "<html><head><meta charset=shift_jis></head>" + JAPANESE;
    assertEquals(html, PageCharset.decode(bytes(html, "windows-31j"), "text/html"));
    String old =
        "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">" + RUSSIAN;
    assertEquals(old, PageCharset.decode(bytes(old, "windows-1251"), null));
    String xml = "<?xml version=\"1.0\" encoding=\"EUC-JP\"?>" + JAPANESE;
    assertEquals(xml, PageCharset.decode(bytes(xml, "EUC-JP"), null));
  }

  @Test
  void aDeclarationThatDoesNotFitIsPassedOver() {
    String html = "<meta charset=euc-jp>" + JAPANESE;
    assertEquals(html, PageCharset.decode(bytes(html, "EUC-JP"), "text/html; charset=utf-8"));
  }

  @Test
  void sevenBitEncodingsAreNotTakenForUtf8() {
    assertEquals(
        JAPANESE,
        PageCharset.decode(bytes(JAPANESE, "ISO-2022-JP"), "text/html; charset=iso-2022-jp"));
  }

  @Test
  void withoutAWordTheBytesTell() {
    assertEquals(JAPANESE, PageCharset.decode(bytes(JAPANESE, "EUC-JP"), "text/html"));
    assertEquals(
        RUSSIAN, PageCharset.decode(bytes(RUSSIAN, "windows-1251"), "text/html; charset=nonsense"));
  }

  @Test
  void aBrokenByteDoesNotSpoilThePage() {
    byte[] page = bytes(GERMAN, "UTF-8");
    byte[] broken = new byte[page.length + 1];
    System.arraycopy(page, 0, broken, 0, page.length);
    broken[page.length] = (byte) 0xff;
    assertEquals(GERMAN + "\ufffd", PageCharset.decode(broken, "text/html; charset=utf-8"));
  }

  @Test
  void nothingIsNothing() {
    assertEquals("", PageCharset.decode(new byte[0], null));
    assertEquals("a", PageCharset.decode("a".getBytes(StandardCharsets.US_ASCII), null));
  }
}
