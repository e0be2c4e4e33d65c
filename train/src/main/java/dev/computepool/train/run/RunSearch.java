package dev.computepool.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What a word that names a run leads to.
public sealed interface RunSearch {
  /// What stands for the run that began last.
  String LATEST = "latest";

  /// Exactly one run.
  record One(RunFiles files) implements RunSearch {}

  /// A folder of that name that is no run.
  record NoRun(Path folder) implements RunSearch {}

  /// Nothing of that name.
  ///
  /// @param there names of the runs that are there, the oldest first
  record Nothing(List<String> there) implements RunSearch {}

  /// The beginning of several names.
  record Several(List<String> names) implements RunSearch {}

  /// Looks for a run.
  ///
  /// @param word the path of its folder, the folder's name among the runs or an unambiguous
  ///     beginning of it, or `latest`
  /// @param runs the folder that runs are in
  static RunSearch find(String word, Path runs) throws IOException {
    Path path = Path.of(word);
    if (new RunFiles(path).exists()) {
      return new One(new RunFiles(path));
    }
    List<String> names = names(runs);
    if (word.equals(LATEST) && !names.isEmpty()) {
      return new One(new RunFiles(runs.resolve(latest(runs, names))));
    }
    if (names.contains(word)) {
      return new One(new RunFiles(runs.resolve(word)));
    }
    List<String> like =
        word.isEmpty() ? List.of() : names.stream().filter(name -> name.startsWith(word)).toList();
    if (like.size() == 1) {
      return new One(new RunFiles(runs.resolve(like.getFirst())));
    }
    if (like.size() > 1) {
      return new Several(like);
    }
    if (Files.isDirectory(path) && !word.isEmpty()) {
      return new NoRun(path);
    }
    return new Nothing(names);
  }

  /// The folders in `runs` that are runs, in the order of their names, which is that of time.
  private static List<String> names(Path runs) throws IOException {
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(runs)) {
      return children
          .filter(child -> new RunFiles(child).exists())
          .map(child -> child.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  /// By what the runs say themselves, since folders may have been renamed. One that cannot be read
  /// counts for nothing, unless there is no other.
  private static String latest(Path runs, List<String> names) throws IOException {
    List<Runs.Found> found = Runs.list(runs).runs();
    return found.isEmpty()
        ? names.getLast()
        : found.getLast().files().folder().getFileName().toString();
  }
}
