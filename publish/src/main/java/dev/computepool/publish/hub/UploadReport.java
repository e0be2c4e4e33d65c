package dev.computepool.publish.hub;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an upload did.
///
/// @param commit the head of the branch now; null after a pull request was opened on a server that
///     does not name its commit
/// @param committed whether a commit was made; not if all was there already
/// @param url the page of the commit or of the repository
/// @param pullRequest the page of the pull request that was opened
/// @param sent names of files that the commit has
/// @param unchanged names of files that were there already
/// @param ignored names of files that the repository's `.gitignore` leaves out
/// @param bytesSent of large files, to their store
public record UploadReport(
    RepoId repo,
    @Nullable String commit,
    boolean committed,
    String url,
    @Nullable String pullRequest,
    List<String> sent,
    List<String> unchanged,
    List<String> ignored,
    long bytesSent) {
  public UploadReport {
    sent = List.copyOf(sent);
    unchanged = List.copyOf(unchanged);
    ignored = List.copyOf(ignored);
  }
}
