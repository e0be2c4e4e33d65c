package dev.computepool.publish;

import dev.computepool.publish.git.GitRemote;
import dev.computepool.publish.hub.RepoId;
import dev.computepool.publish.ollama.ModelName;
import java.nio.file.Path;

/// Where something is published.
public sealed interface Destination {
  /// Whether it is reached through the network.
  default boolean isRemote() {
    return switch (this) {
      case Folder _, Swarm _ -> false;
      case OllamaModel model -> !model.road().isHere();
      case HubRepository _, GitBranch _ -> true;
    };
  }

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

  /// A branch of a git remote with a store for large files.
  record GitBranch(String url, String branch, String message) implements Destination {
    public GitBranch {
      // Before a name or password in it is shown or noted.
      GitRemote.require(url, branch);
    }
  }

  /// A model of Ollama, in a registry or on this machine.
  ///
  /// @param tagged whether the tag was said; otherwise each type gets its own, and the first of
  ///     them is `latest` besides
  record OllamaModel(ModelName name, boolean tagged, OllamaRoad road) implements Destination {}

  /// The folder of a SwarmLLM node.
  ///
  /// @param data its data directory, which has `models/` and `adapters/`
  /// @param shardSize bytes that a shard aims at
  record Swarm(Path data, long shardSize) implements Destination {
    public Swarm {
      data = data.toAbsolutePath().normalize();
    }
  }
}
