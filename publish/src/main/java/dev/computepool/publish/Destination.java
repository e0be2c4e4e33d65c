package dev.computepool.publish;

import dev.computepool.publish.hub.RepoId;
import java.nio.file.Path;

/// Where something is published.
public sealed interface Destination {
  /// A plain folder with all files and their sums.
  ///
  /// @param replace whether a folder is replaced that this program has not made
  record Folder(Path path, boolean replace) implements Destination {
    public Folder {
      path = path.toAbsolutePath().normalize();
    }
  }

  /// A repository of Hugging Face's Hub.
  ///
  /// @param revision the branch
  /// @param message of the commit
  /// @param isPrivate whether a repository that is made is for its members only
  /// @param pullRequest whether a pull request is opened instead of a commit to the branch
  record HubRepository(
      RepoId repo, String revision, String message, boolean isPrivate, boolean pullRequest)
      implements Destination {}
}
