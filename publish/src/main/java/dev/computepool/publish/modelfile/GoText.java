package dev.computepool.publish.modelfile;

import dev.computepool.publish.gotemplate.GoPrint;

/// The text of a Go template while it is written.
///
/// Actions that decide begin a line of their own, with `{{-`, where an action stands before them:
/// the line's end between the two is then trimmed, and no text is. What a Modelfile cannot hold is
/// written as a Go string.
final class GoText {
  private final StringBuilder text = new StringBuilder();

  /// Whether an action, or nothing, was written last.
  private boolean free = true;

  /// Text that is written as it is.
  GoText text(String literal) {
    int start = 0;
    for (int at = 0; at < literal.length(); ) {
      int code = literal.codePointAt(at);
      int width = Character.charCount(code);
      int special =
          literal.startsWith("{{", at)
              ? 2
              : literal.startsWith("\"\"\"", at)
                  ? 3
                  : code == '\n' || code == '\t' || GoPrint.isPrintable(code) ? 0 : width;
      if (special > 0) {
        plain(literal.substring(start, at));
        string(literal.substring(at, at + special));
        start = at + special;
      }
      at += Math.max(width, special);
    }
    plain(literal.substring(start));
    return this;
  }

  private void plain(String literal) {
    if (!literal.isEmpty()) {
      // A brace before an action's braces would be the first of three.
      boolean joins = literal.endsWith("{");
      text.append(joins ? literal.substring(0, literal.length() - 1) : literal);
      free = false;
      if (joins) {
        string("{");
      }
    }
  }

  private void string(String literal) {
    StringBuilder quoted = new StringBuilder("{{ \"");
    literal
        .codePoints()
        .forEach(
            code -> {
              if (code == '"' || code == '\\') {
                quoted.append('\\').append((char) code);
              } else if (GoPrint.isPrintable(code)) {
                quoted.appendCodePoint(code);
              } else {
                quoted.append((code < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(code));
              }
            });
    text.append(quoted).append("\" }}");
    free = true;
  }

  /// An action within a line.
  GoText action(String words) {
    text.append("{{ ").append(words).append(" }}");
    free = true;
    return this;
  }

  /// An action that begins a line, if it may.
  GoText line(String words) {
    if (!free) {
      return action(words);
    }
    text.append(text.isEmpty() ? "" : "\n").append("{{- ").append(words).append(" }}");
    return this;
  }

  /// Text with dates in it.
  GoText dated(String marked) {
    for (Dates.Piece piece : Dates.pieces(marked)) {
      if (piece.form().isEmpty()) {
        text(piece.text());
      } else {
        Dates.write(this, piece.form());
      }
    }
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
