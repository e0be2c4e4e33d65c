package dev.computepool.publish.hub;

import dev.computepool.base.InputFile;
import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.publish.http.ConnectionException;
import dev.computepool.publish.hub.HubException.Kind;
import dev.computepool.publish.hub.UploadPlan.Item;
import dev.computepool.publish.hub.UploadPlan.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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
  static final String CARD = "README.md";

  private static final long MOST_OF_A_CARD = 10 << 20;

  /// The Hub takes 10 MiB into git itself; others may take more.
  private static final long MOST_IN_GIT = 32L << 20;

  /// How often somebody else may be faster.
  private static final int TRIES = 4;

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
    Account account = hub.whoami();
    if (!exists && !account.mayMake(repo)) {
      throw forbidden(
          repo,
          "it is not there, and %s, whose token it is, is in no organization of that name"
              .formatted(account.name()));
    }
    return exists;
  }

  private void requireWriter(RepoId repo, boolean pullRequest) throws IOException {
    Account account = hub.whoami();
    if (account.isReadOnly() && !pullRequest) {
      throw forbidden(repo, "the token of %s may read only".formatted(account.name()));
    }
  }

  private HubException forbidden(RepoId repo, String why) {
    return new HubException(
        Kind.FORBIDDEN, 403, "publish to " + repo, why, null, null, hub.tokenPage());
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
      Snapshot snapshot = hub.snapshot(request.repo(), request.revision());
      if (request.isPrivate() && !snapshot.isPrivate()) {
        hub.warn("%s was there before and is public".formatted(request.repo()));
      }
      return snapshot.commit();
    } catch (HubException e) {
      // A pull request is no branch that could be made.
      if (e.kind() == Kind.REVISION_NOT_FOUND && !request.revision().startsWith("refs/")) {
        return null;
      }
      throw e;
    }
  }

  static Map<String, TreeEntry> byPath(List<TreeEntry> entries) {
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
    Parallel cores = Parallel.cores();
    try (Progress.Step step = progress.begin("Hashing", total, Progress.Unit.BYTES)) {
      List<Parallel.Task> tasks = new ArrayList<>();
      for (LocalFile file : request.files()) {
        TreeEntry there = remote.get(file.path());
        tasks.add(
            group -> items.add(cores.limited(group, () -> item(file, there, group.step(step)))));
      }
      cores.run(tasks);
    }
    return items.stream().sorted(Comparator.comparing(Item::path)).toList();
  }

  static Item item(LocalFile file, @Nullable TreeEntry remote, Progress.Step step)
      throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file.file(), BasicFileAttributes.class);
    boolean inGit = attributes.size() <= MOST_IN_GIT || (remote != null && remote.isInGit());
    Digest known = inGit ? null : file.known();
    FileHashes hashes =
        known == null
            ? FileHashes.of(file.file(), attributes.size(), inGit, step)
            : new FileHashes(known, null);
    if (known != null) {
      step.advance(attributes.size());
    }
    State state = State.NEW;
    if (remote != null) {
      state = remote.isOf(hashes) ? State.SAME : State.CHANGED;
    }
    return new Item(
        file,
        attributes.size(),
        hashes.sha256(),
        hashes.gitOid(),
        attributes.lastModifiedTime(),
        state);
  }

  /// Carries a plan out. If all is there already, nothing is sent and no commit is made.
  ///
  /// @throws HubException if the Hub refuses something
  /// @throws ConnectionException if it cannot be reached any more; the same call goes on later
  public UploadReport run(UploadPlan plan, Progress progress) throws IOException {
    UploadRequest request = plan.request();
    if (plan.isDone()) {
      return report(plan, plan.head(), null, Set.of(), List.of(), 0);
    }
    if (!plan.repoExists()) {
      hub.create(request.repo(), request.isPrivate());
    }
    if (plan.head() == null && !request.revision().equals(Hub.MAIN)) {
      hub.createBranch(request.repo(), request.revision());
    }
    validateCard(plan);
    LfsUpload store = new LfsUpload(new HubLfs(hub, request), request.state());
    Commits commits = new Commits(hub, request);
    for (int tries = 1; ; tries++) {
      Preupload files = ask(plan, commits.target());
      if (files.large().isEmpty() && files.inline().isEmpty()) {
        return report(
            plan, files.head(), commits.last(), commits.sent(), files.ignored(), store.sent());
      }
      store.send(files.large().stream().map(HubUpload::stored).toList(), progress);
      for (Item item : files.large()) {
        item.requireUnchanged();
      }
      try {
        Commits.Made made = commits.make(files);
        return report(plan, made.commit(), made, commits.sent(), files.ignored(), store.sent());
      } catch (HubException e) {
        // Somebody else was faster. All objects are stored, so asking again costs little.
        if (e.kind() != Kind.STALE || tries >= TRIES) {
          throw e;
        }
      }
    }
  }

  private static LfsUpload.Item stored(Item item) {
    return new LfsUpload.Item(
        item.local().file(), item.path(), item.size(), item.sha256(), item.modified());
  }

  /// Asks about what is new or changed, or about all files if somebody has made a commit since:
  /// what was there may not be there any more.
  private Preupload ask(UploadPlan plan, UploadRequest target) throws IOException {
    Preupload files = Preupload.ask(hub, target, plan.pending());
    boolean moved =
        plan.head() != null && files.head() != null && !files.head().equals(plan.head());
    return moved ? Preupload.ask(hub, target, plan.items()) : files;
  }

  private UploadReport report(
      UploadPlan plan,
      @Nullable String commit,
      Commits.@Nullable Made made,
      Set<String> sent,
      List<Item> ignored,
      long bytes) {
    Set<String> left = ignored.stream().map(Item::path).collect(Collectors.toSet());
    String url = made == null ? null : made.url();
    return new UploadReport(
        plan.request().repo(),
        commit,
        made != null,
        url == null ? hub.page(plan.request().repo()) : url,
        made == null ? null : made.pullRequest(),
        sent.stream().sorted().toList(),
        plan.items().stream()
            .map(Item::path)
            .filter(path -> !sent.contains(path) && !left.contains(path))
            .toList(),
        left.stream().sorted().toList(),
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
}
