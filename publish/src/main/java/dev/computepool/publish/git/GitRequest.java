package dev.computepool.publish.git;

import dev.computepool.publish.hub.LocalFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is to be pushed, and where to.
///
/// @param files at least one, each path once; what else is in the branch stays
/// @param message of the commit
/// @param author who makes the commit
/// @param email of the author
/// @param state a folder for what is known of unfinished uploads, null to note nothing
public record GitRequest(
    GitRemote remote,
    List<LocalFile> files,
    String message,
    String author,
    String email,
    @Nullable Path state) {
  public GitRequest {
    files = List.copyOf(files);
    if (files.isEmpty()) {
      throw new IllegalArgumentException("there are no files to push");
    }
    Set<String> paths = new HashSet<>();
    for (LocalFile file : files) {
      if (!paths.add(file.path())) {
        throw new IllegalArgumentException("'%s' is there twice".formatted(file.path()));
      }
    }
    if (message.isBlank()) {
      throw new IllegalArgumentException("the message of a commit is empty");
    }
  }
}
