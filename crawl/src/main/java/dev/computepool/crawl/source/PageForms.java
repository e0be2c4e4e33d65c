package dev.computepool.crawl.source;

import dev.computepool.crawl.source.RawPage.Form;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Tells what the bytes of a page are by its media type or the name of its file.
public final class PageForms {
  private static final Map<String, Form> ENDINGS =
      Map.ofEntries(
          Map.entry("html", Form.HTML),
          Map.entry("htm", Form.HTML),
          Map.entry("xhtml", Form.HTML),
          Map.entry("md", Form.MARKDOWN),
          Map.entry("markdown", Form.MARKDOWN),
          Map.entry("mdx", Form.MARKDOWN),
          Map.entry("txt", Form.TEXT),
          Map.entry("text", Form.TEXT),
          Map.entry("rst", Form.TEXT),
          Map.entry("adoc", Form.TEXT),
          Map.entry("pdf", Form.PDF));

  private static final String PDF = "application/pdf";
  private static final byte[] PDF_MAGIC = "%PDF-".getBytes(StandardCharsets.US_ASCII);

  private PageForms() {}

  /// By the ending of a file's name, which may be followed by `.gz`; empty if it is none of ours.
  public static Optional<Form> ofFile(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    int dot = plain.lastIndexOf('.');
    return dot < 0 ? Optional.empty() : Optional.ofNullable(ENDINGS.get(plain.substring(dot + 1)));
  }

  /// By the media type that a server stated, and where it stated none, or plain text for what is
  /// not, by the beginning of the bytes and the path.
  public static Form ofAnswer(String type, String path, byte[] bytes) {
    if (type.endsWith("/html") || type.equals("application/xhtml+xml")) {
      return Form.HTML;
    }
    if (type.equals(PDF) || looksLikePdf(bytes)) {
      return Form.PDF;
    }
    if (type.contains("markdown")) {
      return Form.MARKDOWN;
    }
    if (type.equals("text/plain")) {
      return ofFile(path).filter(form -> form == Form.MARKDOWN).orElse(Form.TEXT);
    }
    return looksLikeHtml(bytes) ? Form.HTML : ofFile(path).orElse(Form.TEXT);
  }

  private static boolean looksLikePdf(byte[] bytes) {
    return Arrays.mismatch(bytes, PDF_MAGIC) == PDF_MAGIC.length;
  }

  private static boolean looksLikeHtml(byte[] bytes) {
    for (byte b : bytes) {
      if (b == '<') {
        return true;
      }
      // White space, and what a byte order mark has.
      if (b > ' ') {
        return false;
      }
    }
    return false;
  }
}
