package dev.computepool.gguf.split;

import java.nio.file.Path;
import java.util.Optional;

/// What the parts of a set are called: `PREFIX-00002-of-00004.gguf`.
///
/// @param prefix folder and name up to the number
/// @param count number of parts
public record SplitName(Path prefix, int count) {
  /// The keys hold 16 bits.
  public static final int MAX_COUNT = 65535;

  private static final int DIGITS = 5;
  private static final String END = ".gguf";
  private static final String OF = "-of-";

  public SplitName {
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException(
          "a set has 1 to %d parts, not %d".formatted(MAX_COUNT, count));
    }
  }

  /// A name that says which part it is.
  ///
  /// @param index from 0
  public record Numbered(SplitName name, int index) {}

  /// The file of a part.
  ///
  /// @param index from 0
  public Path part(int index) {
    String file = "%s-%05d%s%05d%s".formatted(prefix.getFileName(), index + 1, OF, count, END);
    return prefix.resolveSibling(file);
  }

  /// The file that the parts make together: `PREFIX.gguf`.
  public Path whole() {
    return prefix.resolveSibling(prefix.getFileName() + END);
  }

  /// The file that the set of a part makes, or `file` itself if it is not called as a part.
  public static Path wholeOf(Path file) {
    return parse(file).map(numbered -> numbered.name().whole()).orElse(file);
  }

  /// Understands the name of a part, if it is one.
  public static Optional<Numbered> parse(Path part) {
    String file = part.getFileName().toString();
    int number = file.length() - END.length() - DIGITS - OF.length() - DIGITS;
    if (number < 2 || !file.endsWith(END) || file.charAt(number - 1) != '-') {
      return Optional.empty();
    }
    int no = digits(file, number);
    int count = digits(file, number + DIGITS + OF.length());
    if (!file.startsWith(OF, number + DIGITS) || no < 1 || count < no || count > MAX_COUNT) {
      return Optional.empty();
    }
    Path prefix = part.resolveSibling(file.substring(0, number - 1));
    return Optional.of(new Numbered(new SplitName(prefix, count), no - 1));
  }

  private static int digits(String text, int start) {
    int value = 0;
    for (int i = start; i < start + DIGITS; i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      value = 10 * value + (digit - '0');
    }
    return value;
  }
}
