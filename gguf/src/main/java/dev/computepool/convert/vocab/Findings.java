package dev.computepool.convert.vocab;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What is wrong with the files of one tokenizer, collected so that all of it is told at once.
final class Findings {
  private final List<Problem> problems = new ArrayList<>();

  /// Notes one.
  ///
  /// @param at where: the name of a file, and what in it
  /// @param what what is there, with its value, and what was expected
  void add(String at, String what) {
    problems.add(new Problem(at, what));
  }

  boolean isEmpty() {
    return problems.isEmpty();
  }

  void throwIfAny(Path directory) throws FormatException {
    if (!problems.isEmpty()) {
      throw new FormatException(directory.toString(), problems);
    }
  }
}
