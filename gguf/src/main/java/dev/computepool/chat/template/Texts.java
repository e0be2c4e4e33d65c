package dev.computepool.chat.template;

import java.util.Locale;
import java.util.function.IntPredicate;

/// What Python knows about texts and Java does otherwise: positions count code points, and white
/// space is more than ASCII.
final class Texts {
  /// Whose upper case is that of another letter.
  private static final String DOTLESS_I = "\u0131";

  private Texts() {}

  static boolean isSpace(int c) {
    return (c >= 9 && c <= 13)
        || (c >= 0x1c && c <= 0x20)
        || c == 0x85
        || c == 0xa0
        || (c > 0xa0 && Character.isSpaceChar(c));
  }

  /// Whether there is something and all of it is white space.
  static boolean isSpace(String text) {
    return all(text, Texts::isSpace);
  }

  /// Whether there is something and all of it passes.
  static boolean all(String text, IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  static String stripLeft(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  static String stripRight(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  static String strip(String text) {
    return stripRight(stripLeft(text));
  }

  /// Whether it may be the name of a variable.
  static boolean isIdentifier(String text) {
    if (text.isEmpty()) {
      return false;
    }
    int first = text.codePointAt(0);
    return (first == '_' || Character.isUnicodeIdentifierStart(first))
        && text.codePoints()
            .allMatch(
                c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }

  /// Code points in a text.
  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /// Where a code point begins, in UTF-16 units.
  static int offset(String text, int codePoints) {
    return text.offsetByCodePoints(0, codePoints);
  }

  /// Upper case as Python has it, in no language.
  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /// Without differences of case, character by character: no sigma is a final one then.
  static String foldCase(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(c -> out.append(c.equals(DOTLESS_I) ? c : lower(upper(c))));
    return out.toString();
  }

  /// The first character in title case, the others in lower case.
  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int end = text.offsetByCodePoints(0, 1);
    // Digraphs such as U+01C6 have a third case; of the others, some have two letters in upper
    // case.
    int first = text.codePointAt(0);
    int title = Character.toTitleCase(first);
    String head =
        title == first ? titleOfSeveral(text.substring(0, end)) : Character.toString(title);
    return head + lower(text).substring(lower(text.substring(0, end)).length());
  }

  private static String titleOfSeveral(String character) {
    String upper = upper(character);
    return length(upper) < 2 ? upper : upper.substring(0, 1) + lower(upper.substring(1));
  }

  /// Every word as {@link #capitalize} has it; words are runs of letters.
  static String title(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int start = 0;
    while (start < text.length()) {
      boolean letter = isCased(text.codePointAt(start));
      int end = start;
      while (end < text.length() && isCased(text.codePointAt(end)) == letter) {
        end += Character.charCount(text.codePointAt(end));
      }
      String run = text.substring(start, end);
      out.append(letter ? capitalize(run) : run);
      start = end;
    }
    return out.toString();
  }

  static String swapCase(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              String one = Character.toString(c);
              out.append(Character.isUpperCase(c) ? lower(one) : upper(one));
            });
    return out.toString();
  }

  static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  /// Whether Python prints it as it is within quotes.
  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /// As HTML writes it.
  static String escapeHtml(String text) {
    return text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }
}
