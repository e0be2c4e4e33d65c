package dev.computepool.train.config;

/// Where something in a file begins.
///
/// @param line from 1
/// @param column characters from the start of the line, from 1
public record Place(int line, int column) implements Comparable<Place> {
  static final Place START = new Place(1, 1);

  @Override
  public int compareTo(Place other) {
    return line == other.line
        ? Integer.compare(column, other.column)
        : Integer.compare(line, other.line);
  }

  /// As errors name it, such as `line 12, column 5`.
  @Override
  public String toString() {
    return "line %d, column %d".formatted(line, column);
  }
}
