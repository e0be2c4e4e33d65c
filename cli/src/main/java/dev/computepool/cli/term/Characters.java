package dev.computepool.cli.term;

/// Text as a terminal shows it: how wide it is, and that it does nothing but be shown.
public final class Characters {
  private static final char ESCAPE = '\u001b';

  private Characters() {}

  /// Columns that `text` takes: colours take none, ideographs and emoji take two.
  public static int columns(String text) {
    int columns = 0;
    for (int i = 0; i < text.length(); ) {
      int colour = colourEnd(text, i);
      if (colour > i) {
        i = colour;
        continue;
      }
      int c = text.codePointAt(i);
      columns += columns(c);
      i += Character.charCount(c);
    }
    return columns;
  }

  private static int columns(int c) {
    if (c < 0x300) {
      return 1;
    }
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    return isWide(c) ? 2 : 1;
  }

  /// The blocks that Unicode's East Asian Width calls wide, joined where nothing lies between.
  ///
  /// @see <a href="https://www.unicode.org/reports/tr11/">UAX #11</a>
  private static boolean isWide(int c) {
    return (c >= 0x1100 && c <= 0x115f)
        || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f)
        || (c >= 0xac00 && c <= 0xd7a3)
        || (c >= 0xf900 && c <= 0xfaff)
        || (c >= 0xfe30 && c <= 0xfe6f)
        || (c >= 0xff00 && c <= 0xff60)
        || (c >= 0xffe0 && c <= 0xffe6)
        || (c >= 0x1f300 && c <= 0x1f64f)
        || (c >= 0x1f900 && c <= 0x1f9ff)
        || (c >= 0x20000 && c <= 0x3fffd);
  }

  /// `text` with its control characters spelled out, such as `\n` and `\x1b`, on one line. Colours
  /// stay.
  ///
  /// What a file says about itself may be written to move the cursor or to answer in the user's
  /// place.
  public static String visible(String text) {
    StringBuilder visible = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean control = c < ' ' || (c >= 0x7f && c < 0xa0);
      if (control) {
        int colour = colourEnd(text, i);
        if (visible == null) {
          visible = new StringBuilder(text.substring(0, i));
        }
        if (colour > i) {
          visible.append(text, i, colour);
          i = colour - 1;
        } else {
          visible.append(spelled(c));
        }
      } else if (visible != null) {
        visible.append(c);
      }
    }
    return visible == null ? text : visible.toString();
  }

  private static String spelled(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> "\\x%02x".formatted((int) c);
    };
  }

  /// Where the colour sequence that begins at `start` ends, or `start` if none begins there.
  private static int colourEnd(String text, int start) {
    if (text.charAt(start) != ESCAPE || !text.startsWith("[", start + 1)) {
      return start;
    }
    int i = start + 2;
    while (i < text.length() && (Character.isDigit(text.charAt(i)) || text.charAt(i) == ';')) {
      i++;
    }
    return i < text.length() && text.charAt(i) == 'm' ? i + 1 : start;
  }
}
