package dev.computepool.convert;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What is wrong with one input, collected so that all of it can be told at once.
///
/// Not for several threads.
public final class Problems {
  private final List<Problem> found = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /// Notes one.
  ///
  /// @param at where: `config.json`, `tensor model.norm.weight`, or empty for the whole input
  /// @param what what is there, with its value, and what was expected
  public void add(String at, String what) {
    found.add(new Problem(at, what));
  }

  /// Notes all that another reader found.
  ///
  /// @param at what its places are in, such as the name of a file
  public void addAll(String at, List<Problem> problems) {
    for (Problem problem : problems) {
      add(problem.at().isEmpty() ? at : at + ", " + problem.at(), problem.what());
    }
  }

  /// Notes what is no reason to refuse the input, but what its owner would want to know: what of it
  /// is left out, or done otherwise. Noting the same again changes nothing.
  public void note(String text) {
    if (!notes.contains(text)) {
      notes.add(text);
    }
  }

  /// What was noted so far, in order.
  public List<String> notes() {
    return List.copyOf(notes);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /// Those noted so far, in order.
  public List<Problem> list() {
    return List.copyOf(found);
  }

  /// Ends the work if there are any.
  ///
  /// @param input the file or folder that has them
  /// @throws FormatException with all of them
  public void throwIfAny(Path input) throws FormatException {
    if (!found.isEmpty()) {
      throw new FormatException(input.toString(), found);
    }
  }
}
