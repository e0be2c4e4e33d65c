package dev.computepool.publish.hub;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is to be published, and where to.
///
/// @param files at least one, each path once
/// @param revision the branch, which is made if it is missing; `refs/pr/N` adds to a pull request
/// @param message of the commit; its first line is the summary
/// @param isPrivate whether a repository that must be made is to be seen by its members only
/// @param pullRequest whether a pull request is opened in place of a commit to the branch
/// @param state a folder in which the parts of unfinished uploads are noted, null for none; its
///     files hold addresses that anybody could send parts to, and only their owner may read them
public record UploadRequest(
    RepoId repo,
    List<LocalFile> files,
    String revision,
    String message,
    boolean isPrivate,
    boolean pullRequest,
    @Nullable Path state) {
  public UploadRequest {
    files = List.copyOf(files);
    if (repo.namespace() == null) {
      throw new IllegalArgumentException("'%s' says nothing of whose it is".formatted(repo));
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("there are no files to publish");
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
    if (revision.isBlank()) {
      throw new IllegalArgumentException("the name of a revision is empty");
    }
  }

  /// To the main branch of a public repository.
  public static UploadRequest of(RepoId repo, List<LocalFile> files, String message) {
    return new UploadRequest(repo, files, Hub.MAIN, message, false, false, null);
  }

  public UploadRequest withRevision(String newRevision) {
    return new UploadRequest(repo, files, newRevision, message, isPrivate, pullRequest, state);
  }

  public UploadRequest withPrivate(boolean newPrivate) {
    return new UploadRequest(repo, files, revision, message, newPrivate, pullRequest, state);
  }

  public UploadRequest withPullRequest(boolean newPullRequest) {
    return new UploadRequest(repo, files, revision, message, isPrivate, newPullRequest, state);
  }

  public UploadRequest withState(Path newState) {
    return new UploadRequest(repo, files, revision, message, isPrivate, pullRequest, newState);
  }
}
