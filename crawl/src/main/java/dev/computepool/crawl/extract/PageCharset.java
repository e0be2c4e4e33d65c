package dev.computepool.crawl.extract;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mozilla.universalchardet.UniversalDetector;

/// Finds out in which encoding a page is.
///
/// In this order: a byte order mark; UTF-8 if the bytes are valid UTF-8, which text in another
/// encoding hardly ever is, and which servers that declare their default for every file forget;
/// the header; the page's own declaration; what the bytes look like. A declared encoding that the
/// bytes are not valid in is passed over.
///
/// @see <a href="https://encoding.spec.whatwg.org/#names-and-labels">labels</a>
final class PageCharset {
  private static final int DECLARED_WITHIN = 4096;

  /// Bytes beyond ASCII without which the frequencies of letters say nothing: a few umlauts look
  /// Cyrillic.
  private static final int ENOUGH_TO_TELL = 16;

  private static final Pattern META =
      Pattern.compile(
          "(?i)<meta\\s[^>]*?charset\\s*=\\s*[\"']?\\s*([\\w.:-]+)"
              + "|<\\?xml\\s[^>]*?encoding\\s*=\\s*[\"']([\\w.:-]+)");

  private static final Pattern PARAMETER =
      Pattern.compile("(?i)charset\\s*=\\s*[\"']?\\s*([\\w.:-]+)");

  /// Labels that mean more on the web than their names say.
  private static final Map<String, String> LABELS =
      Map.ofEntries(
          Map.entry("ascii", "windows-1252"),
          Map.entry("us-ascii", "windows-1252"),
          Map.entry("iso-8859-1", "windows-1252"),
          Map.entry("iso8859-1", "windows-1252"),
          Map.entry("latin1", "windows-1252"),
          Map.entry("iso-8859-9", "windows-1254"),
          Map.entry("latin5", "windows-1254"),
          Map.entry("iso-8859-11", "x-windows-874"),
          Map.entry("tis-620", "x-windows-874"),
          Map.entry("windows-874", "x-windows-874"),
          Map.entry("gb2312", "GB18030"),
          Map.entry("gbk", "GB18030"),
          Map.entry("x-gbk", "GB18030"),
          Map.entry("big5", "Big5-HKSCS"),
          Map.entry("shift_jis", "windows-31j"),
          Map.entry("shift-jis", "windows-31j"),
          Map.entry("sjis", "windows-31j"),
          Map.entry("x-sjis", "windows-31j"),
          Map.entry("euc-kr", "x-windows-949"),
          Map.entry("ks_c_5601-1987", "x-windows-949"),
          Map.entry("windows-949", "x-windows-949"),
          Map.entry("utf8", "UTF-8"),
          Map.entry("unicode-1-1-utf-8", "UTF-8"));

  private PageCharset() {}

  /// Text of a page.
  ///
  /// @param contentType the header, null if there was none
  static String decode(byte[] bytes, @Nullable String contentType) {
    Charset marked = marked(bytes);
    if (marked != null) {
      int mark = marked.equals(StandardCharsets.UTF_8) ? 3 : 2;
      return new String(bytes, mark, bytes.length - mark, marked);
    }
    String utf8 = strictly(bytes, StandardCharsets.UTF_8);
    Charset header = named(contentType, PARAMETER);
    Charset meta =
        named(
            new String(
                bytes, 0, Math.min(bytes.length, DECLARED_WITHIN), StandardCharsets.ISO_8859_1),
            META);
    if (meta != null && meta.name().startsWith("UTF-16")) {
      meta = StandardCharsets.UTF_8; // else it could not have been read
    }
    // Encodings that do without the eighth bit are valid UTF-8 as well.
    if (utf8 != null && !isSevenBit(header) && !isSevenBit(meta) && !isWide(header)) {
      return utf8;
    }
    for (Charset declared : new Charset[] {header, meta, looksLike(bytes)}) {
      String text = declared == null ? null : strictly(bytes, declared);
      if (text != null) {
        return text;
      }
    }
    // Nothing fits the whole page: a few broken bytes should not turn all the rest into noise.
    Charset best = header != null ? header : meta != null ? meta : looksLike(bytes);
    return new String(bytes, best == null ? Charset.forName("windows-1252") : best);
  }

  private static boolean isSevenBit(@Nullable Charset charset) {
    return charset != null && charset.name().startsWith("ISO-2022");
  }

  private static boolean isWide(@Nullable Charset charset) {
    return charset != null && charset.name().startsWith("UTF-16");
  }

  private static @Nullable Charset marked(byte[] bytes) {
    if (starts(bytes, 0xef, 0xbb, 0xbf)) {
      return StandardCharsets.UTF_8;
    }
    if (starts(bytes, 0xfe, 0xff)) {
      return StandardCharsets.UTF_16BE;
    }
    return starts(bytes, 0xff, 0xfe) ? StandardCharsets.UTF_16LE : null;
  }

  private static boolean starts(byte[] bytes, int... mark) {
    for (int i = 0; i < mark.length; i++) {
      if (bytes.length <= i || (bytes[i] & 0xff) != mark[i]) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String strictly(byte[] bytes, Charset charset) {
    try {
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static @Nullable Charset named(@Nullable String text, Pattern pattern) {
    if (text == null) {
      return null;
    }
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      return null;
    }
    String label =
        matcher.group(1) != null || matcher.groupCount() < 2 ? matcher.group(1) : matcher.group(2);
    return charset(label);
  }

  private static @Nullable Charset charset(@Nullable String label) {
    if (label == null) {
      return null;
    }
    String name = label.toLowerCase(Locale.ROOT);
    try {
      return Charset.forName(LABELS.getOrDefault(name, name));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return null; // as if nothing had been declared
    }
  }

  private static @Nullable Charset looksLike(byte[] bytes) {
    int foreign = 0;
    for (byte b : bytes) {
      foreign += b < 0 ? 1 : 0;
    }
    if (foreign < ENOUGH_TO_TELL) {
      return null;
    }
    UniversalDetector detector = new UniversalDetector();
    detector.handleData(bytes);
    detector.dataEnd();
    return charset(detector.getDetectedCharset());
  }
}
