package dev.computepool.publish.ollama;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Escapes parts of a URL's query as Go's `url.QueryEscape` does, which is not how Java does it.
///
/// What is signed is the escaped text, so both sides must have the same.
public final class GoQuery {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private GoQuery() {}

  /// Everything but `A-Za-z0-9-_.~` as `%XX`, a space as `+`.
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      boolean plain = letter || (c >= '0' && c <= '9') || "-_.~".indexOf(c) >= 0;
      if (plain) {
        out.append(c);
      } else if (c == ' ') {
        out.append('+');
      } else {
        out.append('%').append(HEX.toHexDigits(b));
      }
    }
    return out.toString();
  }
}
