package dev.computepool.publish.git;

import dev.computepool.base.Progress;
import dev.computepool.base.http.ProxyRules;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import dev.computepool.publish.git.GitException.Kind;
import dev.computepool.publish.git.GitPlan.Item;
import dev.computepool.publish.git.GitPlan.State;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.hub.LfsUpload;
import dev.computepool.publish.hub.LocalFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/// Files into a branch of a git remote: large ones into its LFS store first, then one commit.
///
/// ```java
/// GitUpload upload = new GitUpload(http, proxies);
/// GitPlan plan = upload.plan(request, progress); // only reads
/// GitReport report = upload.run(plan, progress);
/// ```
///
/// Nothing is seen of it before everything is there; what the branch has already makes no commit.
public final class GitUpload {
  private static final String ATTRIBUTES = ".gitattributes";

  /// A `.gitattributes` that is larger is nobody's.
  private static final int MOST_ATTRIBUTES = 4 << 20;

  private final Http http;
  private final ProxyRules proxies;

  /// Uploads through connections that are made like this.
  ///
  /// @param http whose owner closes it when all is done
  public GitUpload(Http http, ProxyRules proxies) {
    this.http = http;
    this.proxies = proxies;
  }

  /// Asks whether we may push there, before anything is made that would be in vain.
  ///
  /// @throws GitException if we may not
  public void check(GitRemote remote, Progress progress) throws IOException {
    try (RemoteBranch branch = RemoteBranch.open(remote, proxies, progress)) {
      branch.requireWritable();
    }
  }

  /// What a push would do: fetches the branch's last commit and reads the files.
  ///
  /// @throws GitException if the remote cannot be reached, or does not let us
  public GitPlan plan(GitRequest request, Progress progress) throws IOException {
    try (RemoteBranch branch = RemoteBranch.fetch(request.remote(), proxies, progress)) {
      Map<String, ObjectId> there = tree(branch);
      byte[] attributes = attributes(request, branch, there);
      LargeFiles large = new LargeFiles(attributes);
      List<Item> items = new ArrayList<>();
      long total = 0;
      for (LocalFile file : request.files()) {
        total += Files.size(file.file());
      }
      try (Progress.Step step = progress.begin("Reading", total, Progress.Unit.BYTES)) {
        for (LocalFile file : request.files()) {
          items.add(item(file, large, there, step));
        }
      }
      ObjectId after = blob(LargeFiles.with(attributes, large.added()));
      items.replaceAll(item -> item.path().equals(ATTRIBUTES) ? became(item, after, there) : item);
      items.sort(Comparator.comparing(Item::path));
      ObjectId head = branch.head();
      return new GitPlan(request, items, large.added(), head == null ? null : head.name());
    }
  }

  static Item item(
      LocalFile file, LargeFiles large, Map<String, ObjectId> there, Progress.Step step)
      throws IOException {
    FileTime modified = Files.getLastModifiedTime(file.file());
    long size = Files.size(file.file());
    if (!large.isLarge(file.path(), file.file(), size)) {
      ObjectId blob = blob(Files.readAllBytes(file.file()));
      step.advance(size);
      return new Item(file, size, modified, null, state(file.path(), blob, there));
    }
    Digest sha256 = digest(file, size, step);
    ObjectId blob = blob(LargeFiles.pointer(sha256.hex(), size));
    return new Item(file, size, modified, sha256, state(file.path(), blob, there));
  }

  private static Digest digest(LocalFile file, long size, Progress.Step step) throws IOException {
    if (file.known() != null) {
      step.advance(size);
      return file.known();
    }
    try (FileChannel channel = FileChannel.open(file.file(), StandardOpenOption.READ)) {
      return Sha256.digest(file.file(), channel, 0, size, step);
    }
  }

  private static ObjectId blob(byte[] content) {
    try (ObjectInserter.Formatter formatter = new ObjectInserter.Formatter()) {
      return formatter.idFor(Constants.OBJ_BLOB, content);
    }
  }

  private static State state(String path, ObjectId blob, Map<String, ObjectId> there) {
    ObjectId before = there.get(path);
    return before == null ? State.NEW : before.equals(blob) ? State.SAME : State.CHANGED;
  }

  /// The file of attributes as it will be, with lines added.
  private static Item became(Item item, ObjectId after, Map<String, ObjectId> there) {
    State state = state(ATTRIBUTES, after, there);
    return new Item(item.local(), item.size(), item.modified(), null, state);
  }

  /// The blobs of the branch's last commit by path.
  private static Map<String, ObjectId> tree(RemoteBranch branch) throws IOException {
    Map<String, ObjectId> blobs = new HashMap<>();
    ObjectId head = branch.head();
    if (head == null) {
      return blobs;
    }
    try (RevWalk commits = new RevWalk(branch.repository());
        TreeWalk tree = new TreeWalk(branch.repository())) {
      tree.addTree(commits.parseCommit(head).getTree());
      tree.setRecursive(true);
      while (tree.next()) {
        blobs.put(tree.getPathString(), tree.getObjectId(0));
      }
    }
    return blobs;
  }

  /// The `.gitattributes` that is pushed, or else that of the branch.
  private static byte[] attributes(
      GitRequest request, RemoteBranch branch, Map<String, ObjectId> there) throws IOException {
    for (LocalFile file : request.files()) {
      if (file.path().equals(ATTRIBUTES)) {
        return Files.readAllBytes(file.file());
      }
    }
    ObjectId blob = there.get(ATTRIBUTES);
    if (blob == null) {
      return new byte[0];
    }
    ObjectLoader loader = branch.repository().open(blob, Constants.OBJ_BLOB);
    if (loader.getSize() > MOST_ATTRIBUTES) {
      throw new GitException(
          Kind.TROUBLE, "%s has %d bytes".formatted(ATTRIBUTES, loader.getSize()), null);
    }
    return loader.getBytes();
  }

  /// Sends what is missing, makes the commit and pushes it; makes none if all is there.
  ///
  /// @throws GitException with {@link Kind#STALE} if the branch is no longer what was planned with
  public GitReport run(GitPlan plan, Progress progress) throws IOException {
    if (plan.isDone()) {
      return new GitReport(plan.head(), false, 0, 0);
    }
    GitRequest request = plan.request();
    try (RemoteBranch branch = RemoteBranch.fetch(request.remote(), proxies, progress)) {
      ObjectId head = branch.head();
      if (!Objects.equals(plan.head(), head == null ? null : head.name())) {
        throw new GitException(
            Kind.STALE,
            "the branch %s of %s has changed meanwhile"
                .formatted(request.remote().branch(), request.remote().url()),
            null);
      }
      requireUnchanged(plan);
      LfsUpload store = new LfsUpload(new GitLfs(http, request.remote()), request.state());
      store.send(plan.large(), progress);
      ObjectId commit = commit(plan, branch, head);
      requireUnchanged(plan);
      branch.push(commit);
      int files = (int) plan.items().stream().filter(i -> i.state() != State.SAME).count();
      return new GitReport(commit.name(), true, files, store.sent());
    }
  }

  private static void requireUnchanged(GitPlan plan) throws IOException {
    for (Item item : plan.items()) {
      LocalFile.requireUnchanged(item.local().file(), item.size(), item.modified());
    }
  }

  private static ObjectId commit(GitPlan plan, RemoteBranch branch, @Nullable ObjectId head)
      throws IOException {
    try (ObjectInserter inserter = branch.repository().newObjectInserter()) {
      Map<String, ObjectId> blobs = new HashMap<>();
      for (Item item : plan.items()) {
        Digest sha256 = item.sha256();
        byte[] content =
            sha256 == null
                ? Files.readAllBytes(item.local().file())
                : LargeFiles.pointer(sha256.hex(), item.size());
        blobs.put(item.path(), inserter.insert(Constants.OBJ_BLOB, content));
      }
      if (!plan.attributes().isEmpty()) {
        byte[] before = attributes(plan.request(), branch, tree(branch));
        blobs.put(
            ATTRIBUTES,
            inserter.insert(Constants.OBJ_BLOB, LargeFiles.with(before, plan.attributes())));
      }
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(treeWith(branch, head, blobs, inserter));
      if (head != null) {
        commit.setParentId(head);
      }
      PersonIdent author = new PersonIdent(plan.request().author(), plan.request().email());
      commit.setAuthor(author);
      commit.setCommitter(author);
      commit.setMessage(plan.request().message());
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      return id;
    }
  }

  /// The branch's tree with other blobs at some paths. What was a folder there makes room for a
  /// file, and the other way round.
  private static ObjectId treeWith(
      RemoteBranch branch,
      @Nullable ObjectId head,
      Map<String, ObjectId> blobs,
      ObjectInserter inserter)
      throws IOException {
    DirCache index = DirCache.newInCore();
    DirCacheBuilder builder = index.builder();
    if (head != null) {
      try (RevWalk commits = new RevWalk(branch.repository());
          TreeWalk tree = new TreeWalk(branch.repository())) {
        tree.addTree(commits.parseCommit(head).getTree());
        tree.setRecursive(true);
        while (tree.next()) {
          String path = tree.getPathString();
          if (blobs.keySet().stream().noneMatch(other -> collides(path, other))) {
            DirCacheEntry entry = new DirCacheEntry(path);
            entry.setFileMode(tree.getFileMode(0));
            entry.setObjectId(tree.getObjectId(0));
            builder.add(entry);
          }
        }
      }
    }
    blobs.forEach(
        (path, blob) -> {
          DirCacheEntry entry = new DirCacheEntry(path);
          entry.setFileMode(FileMode.REGULAR_FILE);
          entry.setObjectId(blob);
          builder.add(entry);
        });
    builder.finish();
    return index.writeTree(inserter);
  }

  private static boolean collides(String path, String other) {
    return path.equals(other) || path.startsWith(other + "/") || other.startsWith(path + "/");
  }
}
