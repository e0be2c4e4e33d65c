package dev.computepool.publish.gotemplate;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Strings of bytes, one character a byte, as Go's strings are; and Go's quoting of them.
final class Bytes {
  /// What takes the place of bytes that are no UTF-8.
  private static final int REPLACEMENT = 0xFFFD;

  private Bytes() {}

  static String of(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  static String ofCharacter(int codePoint) {
    boolean valid =
        Character.isValidCodePoint(codePoint)
            && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
    return of(Character.toString(valid ? codePoint : REPLACEMENT));
  }

  static String decode(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /// The character that begins at a place, or -1 at the end. A byte that begins none is {@link
  /// #REPLACEMENT}, of {@link #width} 1.
  static int characterAt(String bytes, int at) {
    if (at >= bytes.length()) {
      return -1;
    }
    int first = bytes.charAt(at);
    if (first < 0x80) {
      return first;
    }
    int width = expectedWidth(first);
    if (width == 1 || at + width > bytes.length()) {
      return REPLACEMENT;
    }
    int code = first & (0x7F >> width);
    for (int i = 1; i < width; i++) {
      int next = bytes.charAt(at + i);
      if ((next & 0xC0) != 0x80) {
        return REPLACEMENT;
      }
      code = code << 6 | (next & 0x3F);
    }
    boolean overlong = code < (width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000);
    boolean surrogate = code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
    return overlong || surrogate || code > Character.MAX_CODE_POINT ? REPLACEMENT : code;
  }

  /// How many bytes the character at a place takes.
  static int width(String bytes, int at) {
    int code = characterAt(bytes, at);
    if (code == REPLACEMENT && !bytes.startsWith("\u00EF\u00BF\u00BD", at)) {
      return 1;
    }
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }

  private static int expectedWidth(int first) {
    return first >= 0xC2 && first < 0xE0
        ? 2
        : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 1;
  }

  /// How many characters the bytes encode.
  static int characters(String bytes) {
    int count = 0;
    for (int at = 0; at < bytes.length(); at += width(bytes, at)) {
      count++;
    }
    return count;
  }

  /// The first characters, at most that many.
  static String firstCharacters(String bytes, int limit) {
    int at = 0;
    for (int i = 0; i < limit && at < bytes.length(); i++) {
      at += width(bytes, at);
    }
    return bytes.substring(0, at);
  }

  /// As Go's `%q` writes a string.
  static String quote(String bytes) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int at = 0; at < bytes.length(); at += width(bytes, at)) {
      int code = characterAt(bytes, at);
      if (code == REPLACEMENT && width(bytes, at) == 1) {
        quoted.append("\\x").append(HexFormat.of().toHexDigits((byte) bytes.charAt(at)));
      } else {
        quoted.append(escaped(code, '"'));
      }
    }
    return quoted.append('"').toString();
  }

  /// As Go's `%q` writes a character.
  static String quoteCharacter(int code) {
    return "'" + escaped(code, '\'') + "'";
  }

  private static String escaped(int code, char quote) {
    if (code == quote || code == '\\') {
      return "\\" + (char) code;
    }
    if (GoPrint.isPrintable(code)) {
      return of(Character.toString(code));
    }
    return switch (code) {
      case 7 -> "\\a";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case 11 -> "\\v";
      default ->
          code < ' ' || code == 0x7F
              ? "\\x" + HexFormat.of().toHexDigits((byte) code)
              : code < 0x10000
                  ? "\\u" + HexFormat.of().toHexDigits((char) code)
                  : "\\U" + HexFormat.of().toHexDigits(code);
    };
  }

  /// As Go's `%#U` writes a character: `U+003F '?'`.
  static String describe(int code) {
    if (code < 0) {
      return "U+FFFFFFFFFFFFFFFF";
    }
    String hex = "U+%04X".formatted(code);
    return GoPrint.isPrintable(code) ? hex + " '" + of(Character.toString(code)) + "'" : hex;
  }
}
