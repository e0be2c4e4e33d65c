package dev.computepool.base;

import java.io.IOException;
import java.util.List;

/// A file, or a part of one, that is not what its format demands.
///
/// All problems that could be found in one go are in {@link #problems}, in the order of the file.
public class FormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final transient List<Problem> problems;

  /// One thing that is wrong.
  ///
  /// @param at where: `byte 8`, `line 3`, `tensor blk.0.attn_q.weight`, or empty for the whole file
  /// @param what what is there, with its value, and what was expected
  public record Problem(String at, String what) {
    public static Problem atByte(long offset, String what) {
      return new Problem("byte " + offset, what);
    }

    @Override
    public String toString() {
      return at.isEmpty() ? what : at + ": " + what;
    }
  }

  /// @param file the path, or the URL, that was read
  public FormatException(String file, List<Problem> problems) {
    super(message(file, problems));
    this.file = file;
    this.problems = List.copyOf(problems);
  }

  public FormatException(String file, Problem problem) {
    this(file, List.of(problem));
  }

  /// The path, or the URL, that was read.
  public String file() {
    return file;
  }

  /// What is wrong, at least one.
  public List<Problem> problems() {
    return problems;
  }

  private static String message(String file, List<Problem> problems) {
    Problem first = problems.getFirst();
    String place = first.at().isEmpty() ? file : file + " at " + first.at();
    String more =
        problems.size() == 1
            ? ""
            : " (and %d more problem%s)"
                .formatted(problems.size() - 1, problems.size() == 2 ? "" : "s");
    return place + ": " + first.what() + more;
  }
}
