package dev.computepool.chat;

import org.jspecify.annotations.Nullable;

/// One thing that is wrong with a line.
///
/// @param offset bytes from the start of the line to where it is
/// @param what what is there, with its value, and what was expected
/// @param repair puts it right without changing what the line means; null if that takes a person
public record LineProblem(int offset, Kind kind, String what, @Nullable Edit repair) {
  /// A problem that takes a person.
  public LineProblem(int offset, Kind kind, String what) {
    this(offset, kind, what, null);
  }

  /// What sort of problem.
  public enum Kind {
    /// Bytes that are not UTF-8, or a byte order mark.
    ENCODING,
    /// Characters that no text has: control characters, halves of surrogate pairs.
    CHARACTER,
    /// Not JSON.
    SYNTAX,
    /// JSON with a field missing, of a wrong type or there twice.
    SCHEMA,
    /// A role that the format does not have.
    ROLE
  }

  /// Bytes to put in place of others.
  ///
  /// @param from the first byte that goes, counted from the start of the line
  /// @param to the byte after the last that goes
  public record Edit(int from, int to, String replacement) {
    public Edit {
      if (from < 0 || to < from) {
        throw new IllegalArgumentException("bytes %d to %d".formatted(from, to));
      }
    }
  }
}
