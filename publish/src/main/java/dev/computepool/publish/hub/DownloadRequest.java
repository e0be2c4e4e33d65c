package dev.computepool.publish.hub;

import java.nio.file.Path;
import java.util.List;

/// What is to be brought from a repository.
///
/// @param revision a branch, a tag, a commit or `refs/pr/N`
/// @param include which files, all of them if it is empty
/// @param exclude which of these not
/// @param directory where they go, under the names that they have
/// @param replace whether other files of these names may be replaced
public record DownloadRequest(
    RepoId repo,
    String revision,
    List<Glob> include,
    List<Glob> exclude,
    Path directory,
    boolean replace) {
  public DownloadRequest {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }
}
