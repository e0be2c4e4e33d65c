package dev.computepool.chat;

import java.util.Arrays;
import java.util.List;

/// What became of a line.
public sealed interface Reading {
  /// A line that is what its format demands.
  ///
  /// @param turns where each message, or the text, begins: bytes from the start of the line
  record Whole(Example example, List<Integer> turns) implements Reading {
    public Whole {
      turns = List.copyOf(turns);
    }
  }

  /// A line that is not.
  ///
  /// @param problems what is wrong, at least one, in the order of the line
  record Broken(List<LineProblem> problems) implements Reading {
    public Broken {
      problems = List.copyOf(problems);
    }
  }

  /// The column of a byte of a line: characters from its start, from 1.
  ///
  /// @param line where the line begins in `bytes`
  /// @param offset bytes from there
  static int column(byte[] bytes, int line, int offset) {
    int end = Math.min(bytes.length, line + offset);
    int column = 1;
    for (int i = line; i < end; i++) {
      column += (bytes[i] & 0xC0) == 0x80 ? 0 : 1; // 10xxxxxx continues a character
    }
    return column;
  }

  /// The problems sorted as they are met.
  static Broken broken(List<LineProblem> problems) {
    LineProblem[] sorted = problems.toArray(LineProblem[]::new);
    Arrays.sort(sorted, (a, b) -> Integer.compare(a.offset(), b.offset()));
    return new Broken(List.of(sorted));
  }
}
