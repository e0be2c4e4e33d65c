package dev.computepool.cli.output;

/// A result as a record: its components are the keys of the JSON document, in snake case, and
/// {@link #print} is the same for people.
public interface Report {
  /// Prints this result for people.
  void print(Text out);
}
