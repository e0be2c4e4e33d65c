package dev.computepool.publish.http;

/// A text that is sent to a server and shown to nobody, such as a token.
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /// Keeps `value` to itself.
  ///
  /// @throws IllegalArgumentException if it is empty, or cannot stand in a header; it is not
  ///     repeated
  public static Secret of(String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("a token is empty");
    }
    if (!value.chars().allMatch(c -> c >= ' ' && c < 127)) {
      throw new IllegalArgumentException("a token has characters that no header may have");
    }
    return new Secret(value);
  }

  /// The value of an `Authorization` header for this token.
  public Secret bearer() {
    return new Secret("Bearer " + value);
  }

  /// The text, for the one place that sends it.
  public String reveal() {
    return value;
  }

  /// A text without this one, should somebody have repeated it.
  public String removedFrom(String text) {
    return text.replace(value, "(secret)");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /// Says only that there is one.
  @Override
  public String toString() {
    return "(secret)";
  }
}
