package dev.computepool.train.config;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.train.config.Finding.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What is found out about one configuration, collected so that all of it can be told at once.
///
/// Not for several threads.
public final class Findings {
  private final List<Finding> found = new ArrayList<>();

  /// Adds what must be put right.
  public void problem(String key, Place place, String what) {
    found.add(new Finding(Level.PROBLEM, key, place, what));
  }

  /// Adds what should be known.
  public void note(String key, Place place, String what) {
    found.add(new Finding(Level.NOTE, key, place, what));
  }

  /// Adds all that another has.
  void addAll(Findings other) {
    found.addAll(other.found);
  }

  /// Whether something is wrong with a key, so that its value says nothing.
  public boolean isWrong(String key) {
    return found.stream().anyMatch(f -> f.level() == Level.PROBLEM && f.key().equals(key));
  }

  /// Whether something must be put right.
  public boolean hasProblems() {
    return found.stream().anyMatch(f -> f.level() == Level.PROBLEM);
  }

  /// All of them in the order of the file.
  public List<Finding> list() {
    return found.stream().sorted(Comparator.comparing(Finding::place)).toList();
  }

  /// The problems in the order of the file.
  public List<Problem> problems() {
    return list().stream()
        .filter(f -> f.level() == Level.PROBLEM)
        .map(f -> new Problem(f.place().toString(), f.what()))
        .toList();
  }

  /// Ends here if something must be put right.
  ///
  /// @throws FormatException with all problems
  public void throwIfAny(Path file) throws FormatException {
    if (hasProblems()) {
      throw new FormatException(file.toString(), problems());
    }
  }
}
