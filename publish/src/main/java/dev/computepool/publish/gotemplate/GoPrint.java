package dev.computepool.publish.gotemplate;

/// What Go calls printable.
public final class GoPrint {
  private GoPrint() {}

  /// Letters, marks, numbers, punctuation, symbols, and of all white space the ASCII space alone:
  /// Go's `unicode.IsPrint`. Unicode versions may differ for characters of the last years.
  public static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> codePoint == ' ';
      default -> true;
    };
  }
}
