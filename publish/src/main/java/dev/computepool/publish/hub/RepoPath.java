package dev.computepool.publish.hub;

import java.util.List;
import java.util.Locale;

/// Names of files in a repository, which are not to be trusted when they come from one.
final class RepoPath {
  private RepoPath() {}

  /// Whether a name that a repository has may be one below a folder here: relative, without empty
  /// parts, `.` and `..`, and without what means something else on one system or another.
  static boolean isSafe(String path) {
    if (path.isEmpty()
        || path.startsWith("/")
        || path.indexOf('\\') >= 0
        || path.indexOf(':') >= 0) {
      return false;
    }
    if (path.chars().anyMatch(c -> c < ' ' || c == 127)) {
      return false;
    }
    return List.of(path.split("/", -1)).stream()
        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  /// Checks a name that we are to give.
  ///
  /// @throws IllegalArgumentException if the Hub would not take it
  static String require(String path) {
    boolean reserved =
        List.of(path.split("/", -1)).stream()
            .map(part -> part.toLowerCase(Locale.ROOT))
            .anyMatch(part -> part.equals(".git") || part.equals(".cache"));
    if (!isSafe(path) || reserved) {
      throw new IllegalArgumentException(
          "'%s' cannot be the name of a file in a repository".formatted(path));
    }
    return path;
  }
}
