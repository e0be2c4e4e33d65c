package dev.computepool.train.report;

/// Text as HTML and SVG have it.
final class Html {
  private static final char REPLACEMENT = '\ufffd';

  private Html() {}

  /// `text` so that it is text wherever it stands, in an attribute too. Characters that no document
  /// may have are shown as the one that stands for what cannot be shown.
  static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        case '\t', '\n' -> safe.append(c);
        default -> safe.append(isShown(text, i) ? c : REPLACEMENT);
      }
    }
    return safe.toString();
  }

  private static boolean isShown(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
    // Marks that turn the direction of writing around could make a command look like another one.
    boolean turns = (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
    return !turns && !Character.isISOControl(c) && c != '\ufffe' && c != '\uffff';
  }
}
