package dev.computepool.train.model;

import java.util.Locale;

/// Lines of a script, one after the other.
final class ScriptText {
  private final StringBuilder text = new StringBuilder();

  /// Adds a line.
  ///
  /// @param format as `String.format` takes it
  @SuppressWarnings("AnnotateFormatMethod") // the annotation is in no library of ours
  void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /// Adds lines as they are.
  void add(String lines) {
    text.append(lines);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
