package dev.computepool.publish.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.base.InputFile;
import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.publish.http.Answer;
import dev.computepool.publish.http.Body;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.http.Request;
import dev.computepool.publish.http.Retries;
import dev.computepool.publish.hub.HubException.Kind;
import dev.computepool.publish.hub.UploadPlan.Item;
import dev.computepool.publish.hub.UploadPlan.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Publishes files to a repository of the Hub in one commit: large files go to its store first, so
/// that nothing is to be seen before everything is there.
///
/// Calling it again after whatever happened is always right: what is there already is not sent.
public final class HubUpload {
  /// The card; a repository is found by it, so of several commits it is in the last.
  private static final String CARD = "README.md";

  private static final long MOST_OF_A_CARD = 10 << 20;
  private static final int MOST_FILES = 100;
  private static final long MOST_INLINE = 64L << 20;

  /// How often somebody else may be faster.
  private static final int TRIES = 4;

  /// The Hub gives itself a minute for a commit.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Hub hub;

  public HubUpload(Hub hub) {
    this.hub = hub;
  }

  /// Asks whether we may publish there, before anything is made that would be in vain.
  ///
  /// @return whether the repository is there already
  /// @throws HubException if we may not
  public boolean check(RepoId repo, boolean pullRequest) throws IOException {
    requireWriter(repo, pullRequest);
    boolean exists = hub.exists(repo);
    if (exists && !pullRequest) {
      hub.checkWriting(repo);
    }
    return exists;
  }

  private void requireWriter(RepoId repo, boolean pullRequest) throws IOException {
    Account account = hub.whoami();
    if (account.isReadOnly() && !pullRequest) {
      throw new HubException(
          Kind.FORBIDDEN,
          403,
          "publish to " + repo,
          "the token of %s may read only".formatted(account.name()),
          null,
          null,
          hub.tokenPage());
    }
  }

  /// Finds out what there is to do, by reading only: who we are, what the repository has, and the
  /// hashes of all files here.
  ///
  /// @throws HubException with {@link Kind#FORBIDDEN} if the token cannot write
  public UploadPlan plan(UploadRequest request, Progress progress) throws IOException {
    boolean exists = check(request.repo(), request.pullRequest());
    String head = null;
    Map<String, TreeEntry> remote = Map.of();
    if (exists) {
      head = head(request);
      if (head != null) {
        remote = byPath(hub.tree(request.repo(), head));
      }
    }
    return new UploadPlan(request, items(request, remote, progress), head, exists);
  }

  /// The commit that a branch is at, null if there is no such branch.
  private @Nullable String head(UploadRequest request) throws IOException {
    try {
      return hub.snapshot(request.repo(), request.revision()).commit();
    } catch (HubException e) {
      // A pull request is no branch that could be made.
      if (e.kind() == Kind.REVISION_NOT_FOUND && !request.revision().startsWith("refs/")) {
        return null;
      }
      throw e;
    }
  }

  private static Map<String, TreeEntry> byPath(List<TreeEntry> entries) {
    return entries.stream()
        .collect(Collectors.toMap(TreeEntry::path, Function.identity(), (_, last) -> last));
  }

  private static List<Item> items(
      UploadRequest request, Map<String, TreeEntry> remote, Progress progress) throws IOException {
    long total = 0;
    for (LocalFile file : request.files()) {
      total += Files.size(file.file());
    }
    List<Item> items = Collections.synchronizedList(new ArrayList<>());
    Parallel cores = new Parallel(Runtime.getRuntime().availableProcessors());
    try (Progress.Step step = progress.begin("Hashing", total, Progress.Unit.BYTES)) {
      List<Parallel.Task> tasks = new ArrayList<>();
      for (LocalFile file : request.files()) {
        TreeEntry there = remote.get(file.path());
        tasks.add(group -> items.add(cores.limited(() -> item(file, there, group.step(step)))));
      }
      cores.run(tasks);
    }
    return items.stream().sorted(Comparator.comparing(Item::path)).toList();
  }

  private static Item item(LocalFile file, @Nullable TreeEntry remote, Progress.Step step)
      throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file.file(), BasicFileAttributes.class);
    FileHashes hashes = FileHashes.of(file.file(), attributes.size(), step);
    State state = State.NEW;
    if (remote != null) {
      state = isSame(remote, hashes.sha256(), hashes.gitOid()) ? State.SAME : State.CHANGED;
    }
    return new Item(
        file,
        attributes.size(),
        hashes.sha256(),
        hashes.gitOid(),
        attributes.lastModifiedTime(),
        state);
  }

  private static boolean isSame(TreeEntry remote, Digest sha256, @Nullable String gitOid) {
    return remote.sha256() == null
        ? remote.gitOid().equals(String.valueOf(gitOid))
        : remote.sha256().equals(sha256);
  }

  /// Carries a plan out. If all is there already, nothing is sent and no commit is made.
  ///
  /// @throws HubException if the Hub refuses something
  /// @throws ConnectionException if it cannot be reached any more; the same call goes on later
  public UploadReport run(UploadPlan plan, Progress progress) throws IOException {
    UploadRequest request = plan.request();
    if (plan.isDone()) {
      return report(plan, plan.head(), null, List.of(), List.of(), 0);
    }
    if (!plan.repoExists()) {
      hub.create(request.repo(), request.isPrivate());
    }
    if (plan.head() == null && !request.revision().equals(Hub.MAIN)) {
      hub.createBranch(request.repo(), request.revision());
    }
    validateCard(plan);
    LfsUpload store = new LfsUpload(new HubLfs(hub, request), request.state());
    for (int tries = 1; ; tries++) {
      Preupload files = Preupload.ask(hub, request, plan.pending());
      if (files.large().isEmpty() && files.inline().isEmpty()) {
        return report(plan, files.head(), null, List.of(), paths(files.ignored()), store.sent());
      }
      store.send(
          files.large().stream()
              .map(i -> new LfsUpload.Item(i.local().file(), i.path(), i.size(), i.sha256()))
              .toList(),
          progress);
      checkUnchanged(files.large());
      try {
        Made made = commit(request, files);
        List<String> sent = new ArrayList<>(paths(files.large()));
        sent.addAll(paths(files.inline()));
        return report(
            plan,
            made.commit(),
            made,
            sent.stream().sorted().toList(),
            paths(files.ignored()),
            store.sent());
      } catch (HubException e) {
        // Somebody else was faster. All objects are stored, so asking again costs little.
        if (e.kind() != Kind.STALE || tries >= TRIES) {
          throw e;
        }
      }
    }
  }

  private static List<String> paths(List<Item> items) {
    return items.stream().map(Item::path).toList();
  }

  private UploadReport report(
      UploadPlan plan,
      @Nullable String commit,
      @Nullable Made made,
      List<String> sent,
      List<String> ignored,
      long bytes) {
    Set<String> others = new HashSet<>(sent);
    others.addAll(ignored);
    String url = made == null ? null : made.url();
    return new UploadReport(
        plan.request().repo(),
        commit,
        made != null,
        url == null ? hub.page(plan.request().repo()) : url,
        made == null ? null : made.pullRequest(),
        sent,
        paths(plan.items()).stream().filter(path -> !others.contains(path)).toList(),
        ignored,
        bytes);
  }

  /// A card that the Hub would refuse is found before anything large is sent.
  private void validateCard(UploadPlan plan) throws IOException {
    for (Item item : plan.pending()) {
      if (item.path().equals(CARD)) {
        for (String warning :
            hub.validateCard(InputFile.text(item.local().file(), MOST_OF_A_CARD))) {
          hub.warn(CARD + ": " + warning);
        }
      }
    }
  }

  private static void checkUnchanged(List<Item> items) throws IOException {
    for (Item item : items) {
      BasicFileAttributes now =
          Files.readAttributes(item.local().file(), BasicFileAttributes.class);
      if (now.size() != item.size() || !now.lastModifiedTime().equals(item.modified())) {
        throw new IOException(
            "%s changed while it was published; nothing was made visible"
                .formatted(item.local().file()));
      }
    }
  }

  /// A commit that was made.
  private record Made(
      @Nullable String commit, @Nullable String url, @Nullable String pullRequest) {}

  /// One commit, or several where one would be too large: the card is in the last.
  private Made commit(UploadRequest request, Preupload files) throws IOException {
    List<List<Item>> groups = groups(files);
    Set<Item> large = new HashSet<>(files.large());
    String parent = files.head();
    UploadRequest target = request;
    Made first = null;
    Made made = null;
    for (int i = 0; i < groups.size(); i++) {
      String part = groups.size() == 1 ? "" : " (part %d of %d)".formatted(i + 1, groups.size());
      String[] message = request.message().strip().split("\\R", 2);
      CommitLines lines =
          new CommitLines(
              message[0] + part + (message.length > 1 ? "\n" + message[1] : ""), parent);
      for (Item item : groups.get(i)) {
        if (!large.contains(item)) {
          lines.inline(item);
        }
      }
      for (Item item : groups.get(i)) {
        if (large.contains(item)) {
          lines.large(item);
        }
      }
      made = commit(target, groups.get(i), large, lines.toString(), parent);
      parent = made.commit();
      if (first == null) {
        first = made;
        target = afterPullRequest(request, made);
      }
    }
    if (first == null || made == null) {
      throw new IllegalArgumentException("there is nothing to commit");
    }
    return new Made(made.commit(), made.url(), first.pullRequest());
  }

  /// What follows the commit that opened a pull request goes into it.
  private static UploadRequest afterPullRequest(UploadRequest request, Made made)
      throws HubException {
    if (!request.pullRequest()) {
      return request;
    }
    String url = String.valueOf(made.pullRequest());
    String number = url.substring(url.lastIndexOf('/') + 1);
    if (!number.matches("[0-9]{1,9}")) {
      throw HubException.malformed("commit to " + request.repo(), "the pull request has no number");
    }
    return request.withRevision("refs/pr/" + number).withPullRequest(false);
  }

  private static List<List<Item>> groups(Preupload files) {
    List<Item> all = new ArrayList<>(files.large());
    all.addAll(files.inline());
    Set<Item> large = new HashSet<>(files.large());
    all.sort(
        Comparator.comparing((Item i) -> i.path().equals(CARD))
            .thenComparing(i -> !large.contains(i))
            .thenComparing(Item::path));
    List<List<Item>> groups = new ArrayList<>();
    List<Item> group = new ArrayList<>();
    long inline = 0;
    for (Item item : all) {
      long more = large.contains(item) ? 0 : item.size();
      if (group.size() >= MOST_FILES || (inline + more > MOST_INLINE && !group.isEmpty())) {
        groups.add(List.copyOf(group));
        group.clear();
        inline = 0;
      }
      group.add(item);
      inline += more;
    }
    if (!group.isEmpty()) {
      groups.add(List.copyOf(group));
    }
    return groups.stream()
        .map(g -> g.stream().sorted(Comparator.comparing(Item::path)).toList())
        .toList();
  }

  /// Makes one commit. What becomes of it is not known when the connection breaks or the server
  /// fails: it is never just made again, for it may have been made.
  private Made commit(
      UploadRequest request,
      List<Item> items,
      Set<Item> large,
      String lines,
      @Nullable String parent)
      throws IOException {
    String what = "commit to " + request.repo();
    String url =
        hub.urls()
            .model(
                request.repo(),
                "/commit/%s%s"
                    .formatted(
                        Urls.encode(request.revision()),
                        request.pullRequest() ? "?create_pr=1" : ""));
    Request post = Request.post(url, Body.text(CommitLines.MEDIA_TYPE, lines)).with(PATIENCE);
    for (int tries = 1; ; tries++) {
      IOException open;
      try {
        Answer answer = hub.call(what, request.repo(), post, Retries.CAREFUL);
        JsonNode node = Hub.json(what, answer);
        return new Made(
            HubJson.text(node, "commitOid"),
            HubJson.text(node, "commitUrl"),
            HubJson.text(node, "pullRequestUrl"));
      } catch (ConnectionException e) {
        open = e;
      } catch (HubException e) {
        if (e.kind() != Kind.TROUBLE || e.status() == 200) {
          throw explained(e);
        }
        open = e;
      }
      if (request.pullRequest() || parent == null || tries >= Retries.STANDARD.tries()) {
        // A second pull request would be worse than none.
        throw open;
      }
      hub.http().pause(Retries.STANDARD.pause(tries));
      Made made = whatBecame(request, items, large, parent);
      if (made != null) {
        return made;
      }
    }
  }

  /// Looks at the branch after a commit of which nothing is known.
  ///
  /// @return null if it was not made, so that it can be made again: should it be made late all the
  ///     same, the next one is refused, for its parent is another one by then
  /// @throws HubException with {@link Kind#STALE} if somebody else has made one
  private @Nullable Made whatBecame(
      UploadRequest request, List<Item> items, Set<Item> large, String parent) throws IOException {
    String now = hub.snapshot(request.repo(), request.revision()).commit();
    if (now.equals(parent)) {
      return null;
    }
    Map<String, TreeEntry> remote = byPath(hub.tree(request.repo(), now));
    for (Item item : items) {
      TreeEntry entry = remote.get(item.path());
      boolean same =
          entry != null
              && large.contains(item) == (entry.sha256() != null)
              && isSame(entry, item.sha256(), item.gitOid());
      if (!same) {
        throw new HubException(
            Kind.STALE,
            412,
            "commit to " + request.repo(),
            "somebody else has made a commit since",
            null,
            null,
            null);
      }
    }
    return new Made(now, null, null);
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
