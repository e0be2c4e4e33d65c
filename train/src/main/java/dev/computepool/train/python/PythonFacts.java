package dev.computepool.train.python;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A Python and what it has of what a runtime needs.
///
/// @param executable as it was called
/// @param version such as `3.11.7`; empty if it could not be asked
/// @param packages those that are installed, with their versions
/// @param lacking those that are not, or not in a version that will do
/// @param trouble why it could not be asked; empty if it could
public record PythonFacts(
    String executable,
    String version,
    Map<String, String> packages,
    List<Requirement> lacking,
    String trouble) {
  public PythonFacts {
    packages = new TreeMap<>(packages);
    lacking = List.copyOf(lacking);
  }

  /// What is wrong with it, if anything is.
  public Optional<String> problem(String runtime) {
    if (!trouble.isEmpty()) {
      return Optional.of("runtime %s needs Python: %s".formatted(runtime, trouble));
    }
    if (lacking.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "runtime %s needs %s, which %s (Python %s) does not have"
            .formatted(
                runtime,
                lacking.stream().map(this::missing).collect(Collectors.joining(", ")),
                executable,
                version));
  }

  private String missing(Requirement requirement) {
    String installed = packages.get(requirement.name());
    return installed == null
        ? requirement.name()
        : "%s %s (it has %s)".formatted(requirement.name(), requirement.least(), installed);
  }

  /// The command that installs what is lacking; nothing if that is not what is wrong.
  public Optional<String> remedy() {
    if (lacking.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        executable
            + " -m pip install "
            + lacking.stream()
                .map(Requirement::forPip)
                .map(word -> word.contains(">") ? "'" + word + "'" : word)
                .collect(Collectors.joining(" ")));
  }
}
