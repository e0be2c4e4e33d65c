package dev.computepool.crawl.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTextTest {
  private static final String TEXT = "<p>Grüße, “quoted” für 5 €</p>";

  @TempDir Path folder;

  private static String decode(byte[] bytes) throws Exception {
    return PageText.decode(bytes, null, "page");
  }

  @Test
  void aMarkIsBelievedBeforeAllElse() throws Exception {
    byte[] utf8 = ("\ufeff<meta charset=koi8-r>" + TEXT).getBytes(StandardCharsets.UTF_8);
    assertEquals("<meta charset=koi8-r>" + TEXT, PageText.decode(utf8, "a; charset=koi8-r", "x"));
    byte[] utf16 = ("\ufeff" + TEXT).getBytes(StandardCharsets.UTF_16LE);
    assertEquals(TEXT, decode(utf16));
  }

  @Test
  void whatCameWithThePageIsBelievedBeforeThePage() throws Exception {
    byte[] bytes = "<meta charset=utf-8>привет".getBytes(Charset.forName("koi8-r"));
    assertEquals(
        "<meta charset=utf-8>привет", PageText.decode(bytes, "text/html; charset=KOI8-R", "x"));
  }

  @Test
  void declarationsInThePageAreFound() throws Exception {
    for (String declaration :
        List.of(
            "<meta charset=\"windows-1251\">",
            "<META http-equiv=Content-Type content='text/html; charset=windows-1251'>",
            "<?xml version='1.0' encoding='windows-1251'?>")) {
      String page = declaration + "привет";
      assertEquals(page, decode(page.getBytes(Charset.forName("windows-1251"))));
    }
  }

  @Test
  void aPageThatIsUtf8IsThatWhateverItDeclares() throws Exception {
    String page = "<meta charset=gb2312>" + TEXT;
    assertEquals(page, decode(page.getBytes(StandardCharsets.UTF_8)));
    String japanese = "<meta charset=iso-2022-jp>日本";
    assertEquals(japanese, decode(japanese.getBytes(Charset.forName("iso-2022-jp"))));
  }

  @Test
  void latinOneIsWhatWindowsMeansByIt() throws Exception {
    String page = "<meta charset=iso-8859-1>" + TEXT;
    assertEquals(page, decode(page.getBytes(Charset.forName("windows-1252"))));
  }

  @Test
  void withoutADeclarationItIsUtf8IfItIsThatAndWindowsIfNot() throws Exception {
    assertEquals(TEXT, decode(TEXT.getBytes(StandardCharsets.UTF_8)));
    assertEquals(TEXT, decode(TEXT.getBytes(Charset.forName("windows-1252"))));
    assertEquals(
        TEXT + "<meta charset=no-such-thing>",
        decode((TEXT + "<meta charset=no-such-thing>").getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatIsNoTextIsNamed() {
    FormatException e =
        assertThrows(
            FormatException.class, () -> decode("%PDF-1.7\n".getBytes(StandardCharsets.US_ASCII)));
    assertEquals("page: this is a PDF and not HTML", e.getMessage());
  }

  @Test
  void filesMayBeCompressedAndAreRefusedWhenDamaged() throws Exception {
    Path file = folder.resolve("a.html.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(TEXT.getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(TEXT, PageText.read(file));
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 2; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      FormatException e = assertThrows(FormatException.class, () -> PageText.read(file));
      assertTrue(String.valueOf(e.getMessage()).contains("damaged gzip data"), e.getMessage());
    }
  }

  @Test
  void namesOfPagesLoseTheirEndings() {
    assertEquals("a.b", PageFiles.id(Path.of("x/a.b.html.gz")));
    assertEquals("a", PageFiles.id(Path.of("a.HTM")));
    assertEquals("README", PageFiles.id(Path.of("README")));
  }
}
