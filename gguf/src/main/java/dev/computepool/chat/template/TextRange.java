package dev.computepool.chat.template;

/// A part of a rendered text.
///
/// @param start of its first character, in UTF-16 units as {@link String} counts
/// @param end after its last character
public record TextRange(int start, int end) {
  public TextRange {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("no range: " + start + " to " + end);
    }
  }

  public int length() {
    return end - start;
  }
}
