package dev.computepool.publish.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.hub.HubException.Kind;
import dev.computepool.publish.hub.UploadPlan.Item;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The commits of one upload: one, or several where one would be too large. A pull request is
/// opened by the first and has all others, also after trouble between them.
final class Commits {
  private static final int MOST_FILES = 100;
  private static final long MOST_INLINE = 64L << 20;

  /// The Hub gives itself a minute for a commit.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Hub hub;
  private final Set<String> sent = new HashSet<>();
  private UploadRequest target;
  private @Nullable Made last;
  private @Nullable String pullRequest;

  Commits(Hub hub, UploadRequest request) {
    this.hub = hub;
    this.target = request;
  }

  /// A commit that was made.
  record Made(@Nullable String commit, @Nullable String url, @Nullable String pullRequest) {}

  /// Where the next commit goes: after a pull request was opened, to its revision.
  UploadRequest target() {
    return target;
  }

  /// Names of files that were committed so far.
  Set<String> sent() {
    return Set.copyOf(sent);
  }

  /// The last commit that was made, null if there is none.
  @Nullable Made last() {
    return last;
  }

  /// Commits files, the card last.
  ///
  /// @param files at least one to be sent
  /// @throws HubException with {@link Kind#STALE} if somebody else was faster; what was committed
  ///     until then stays
  Made make(Preupload files) throws IOException {
    Set<Item> large = Set.copyOf(files.large());
    List<List<Item>> groups = groups(files.large(), files.inline());
    String parent = files.head();
    Made made = null;
    try {
      for (int i = 0; i < groups.size(); i++) {
        String part = groups.size() == 1 ? "" : " (part %d of %d)".formatted(i + 1, groups.size());
        made = commit(groups.get(i), large, part, parent);
        parent = made.commit();
        last = made;
        groups.get(i).forEach(item -> sent.add(item.path()));
      }
    } catch (IOException e) {
      boolean passing = e instanceof HubException known && known.kind() == Kind.STALE;
      if (pullRequest != null && !passing) {
        hub.warn("%s has some of the files only".formatted(pullRequest));
      }
      throw e;
    }
    if (made == null) {
      throw new IllegalArgumentException("there is nothing to commit");
    }
    return made;
  }

  /// What goes into each commit, in the order of names; the card is in the last.
  static List<List<Item>> groups(List<Item> large, List<Item> inline) {
    Set<Item> stored = Set.copyOf(large);
    List<Item> all = new ArrayList<>(large);
    all.addAll(inline);
    all.sort(
        Comparator.comparing((Item i) -> i.path().equals(HubUpload.CARD))
            .thenComparing(i -> !stored.contains(i))
            .thenComparing(Item::path));
    List<List<Item>> groups = new ArrayList<>();
    List<Item> group = new ArrayList<>();
    long bytes = 0;
    for (Item item : all) {
      long more = stored.contains(item) ? 0 : item.size();
      if (group.size() >= MOST_FILES || (bytes + more > MOST_INLINE && !group.isEmpty())) {
        groups.add(group);
        group = new ArrayList<>();
        bytes = 0;
      }
      group.add(item);
      bytes += more;
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    return groups.stream()
        .map(g -> g.stream().sorted(Comparator.comparing(Item::path)).toList())
        .toList();
  }

  private String lines(List<Item> items, Set<Item> large, String part, @Nullable String parent)
      throws IOException {
    String[] message = target.message().strip().split("\\R", 2);
    CommitLines lines =
        new CommitLines(message[0] + part, message.length > 1 ? message[1] : "", parent);
    for (Item item : items) {
      if (!large.contains(item)) {
        lines.inline(item);
      }
    }
    for (Item item : items) {
      if (large.contains(item)) {
        lines.large(item);
      }
    }
    return lines.toString();
  }

  /// Makes one commit. What becomes of it is not known when the connection breaks or the server
  /// fails: it is never just made again, for it may have been made.
  private Made commit(List<Item> items, Set<Item> large, String part, @Nullable String parent)
      throws IOException {
    String what = "commit to " + target.repo();
    String path =
        "/commit/%s%s"
            .formatted(Urls.encode(target.revision()), target.pullRequest() ? "?create_pr=1" : "");
    Request post =
        Request.post(
                hub.urls().model(target.repo(), path),
                Body.text(CommitLines.MEDIA_TYPE, lines(items, large, part, parent)))
            .with(PATIENCE);
    for (int tries = 1; ; tries++) {
      IOException open;
      try {
        Answer answer = hub.call(what, target.repo(), post, Retries.CAREFUL);
        return made(Hub.json(what, answer));
      } catch (ConnectionException e) {
        open = e;
      } catch (HubException e) {
        if (e.kind() != Kind.TROUBLE || e.status() == 200) {
          throw explained(e);
        }
        open = e;
      }
      if (target.pullRequest() || parent == null || tries >= Retries.STANDARD.tries()) {
        // A second pull request would be worse than none.
        throw open;
      }
      hub.http().pause(Retries.STANDARD.pause(tries));
      Made made = whatBecame(items, large, parent);
      if (made != null) {
        return made;
      }
    }
  }

  private Made made(JsonNode answer) throws HubException {
    if (target.pullRequest()) {
      String url = String.valueOf(HubJson.text(answer, "pullRequestUrl"));
      String number = url.substring(url.lastIndexOf('/') + 1);
      if (!number.matches("[0-9]{1,9}")) {
        throw HubException.malformed(
            "commit to " + target.repo(), "the pull request has no number");
      }
      pullRequest = url;
      target = target.withRevision("refs/pr/" + number).withPullRequest(false);
    }
    return new Made(
        HubJson.text(answer, "commitOid"), HubJson.text(answer, "commitUrl"), pullRequest);
  }

  /// Looks at the branch after a commit of which nothing is known.
  ///
  /// @return null if it was not made, so that it can be made again: should it be made late all the
  ///     same, the next one is refused, for its parent is another one by then
  /// @throws HubException with {@link Kind#STALE} if somebody else has made one
  private @Nullable Made whatBecame(List<Item> items, Set<Item> large, String parent)
      throws IOException {
    String now = hub.snapshot(target.repo(), target.revision()).commit();
    if (now.equals(parent)) {
      return null;
    }
    Map<String, TreeEntry> remote = HubUpload.byPath(hub.tree(target.repo(), now));
    for (Item item : items) {
      TreeEntry entry = remote.get(item.path());
      boolean same =
          entry != null && large.contains(item) != entry.isInGit() && entry.isOf(item.hashes());
      if (!same) {
        throw new HubException(
            Kind.STALE,
            412,
            "commit to " + target.repo(),
            "somebody else has made a commit since",
            null,
            null,
            null);
      }
    }
    return new Made(now, null, pullRequest);
  }

  /// After a repository was deleted and made again, the store and the repository may disagree about
  /// what is there.
  private static HubException explained(HubException e) {
    String message = String.valueOf(e.getMessage());
    return e.kind() == Kind.REFUSED && message.contains("LFS pointer")
        ? new HubException(
            Kind.REFUSED,
            e.status(),
            message,
            "the store says it has a file that the repository does not find; this happens to"
                + " repositories that were deleted and made again: another name helps, or the Hub's"
                + " support",
            e.code(),
            null,
            null)
        : e;
  }
}
