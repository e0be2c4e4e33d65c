package dev.computepool.tests;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a local Hub keeps: repositories with their commits, stored objects, unfinished uploads.
final class HubState {
  final Map<String, Repo> repos = new TreeMap<>();
  final Map<String, byte[]> objects = new TreeMap<>();
  final Map<String, Session> sessions = new TreeMap<>();
  private int commits;

  /// A file of a commit.
  static final class Entry {
    private final byte @Nullable [] content;
    private final String oid;
    private final long size;

    /// @param content of a small file, null for one whose content is an object
    Entry(byte @Nullable [] content, String oid, long size) {
      this.content = content;
      this.oid = oid;
      this.size = size;
    }

    byte @Nullable [] content() {
      return content;
    }

    /// Of a small file what git calls it, of a large one its SHA-256.
    String oid() {
      return oid;
    }

    long size() {
      return size;
    }

    boolean isLarge() {
      return content == null;
    }

    /// What git calls it: of a large file, its pointer.
    String gitOid() {
      return content == null ? gitOid(pointer()) : gitOid(content);
    }

    static String gitOid(byte[] bytes) {
      byte[] head = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII);
      byte[] all = Arrays.copyOf(head, head.length + bytes.length);
      System.arraycopy(bytes, 0, all, head.length, bytes.length);
      return hash("SHA-1", all);
    }

    byte[] pointer() {
      return "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
          .formatted(oid, size)
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  /// One commit.
  record Commit(String oid, @Nullable String parent, String summary, Map<String, Entry> files) {}

  /// A repository; a branch is a list of commits, the last is its head.
  static final class Repo {
    final String id;
    final boolean isPrivate;
    final Map<String, List<Commit>> branches = new TreeMap<>();
    String gated = "false";
    int pullRequests;

    Repo(String id, boolean isPrivate) {
      this.id = id;
      this.isPrivate = isPrivate;
    }

    /// The commits of a branch that must be there, the first first.
    List<Commit> branch(String name) {
      List<Commit> branch = branches.get(name);
      if (branch == null) {
        throw new AssertionError("there is no branch " + name);
      }
      return branch;
    }

    Commit head() {
      return branch("main").getLast();
    }

    @Nullable Commit at(String revision) {
      List<Commit> branch = branches.get(revision);
      if (branch != null) {
        return branch.getLast();
      }
      return branches.values().stream()
          .flatMap(List::stream)
          .filter(c -> c.oid().equals(revision))
          .findFirst()
          .orElse(null);
    }
  }

  /// An upload in parts.
  static final class Session {
    final String oid;
    final long size;
    final long chunk;
    final Map<Integer, byte[]> parts = new TreeMap<>();
    final Map<Integer, String> tags = new TreeMap<>();

    Session(String oid, long size, long chunk) {
      this.oid = oid;
      this.size = size;
      this.chunk = chunk;
    }

    int count() {
      return (int) Math.ceilDiv(size, chunk);
    }

    long length(int number) {
      return Math.min(chunk, size - (number - 1) * chunk);
    }
  }

  /// A repository that must be there.
  Repo repo(String id) {
    Repo repo = repos.get(id);
    if (repo == null) {
      throw new AssertionError("there is no " + id);
    }
    return repo;
  }

  /// A new repository has one commit with `.gitattributes`.
  Repo create(String id, boolean isPrivate) {
    Repo repo = new Repo(id, isPrivate);
    repos.put(id, repo);
    byte[] rules =
        "*.safetensors filter=lfs diff=lfs merge=lfs -text\n".getBytes(StandardCharsets.UTF_8);
    commit(repo, "main", "initial commit", Map.of(".gitattributes", small(rules)));
    return repo;
  }

  static Entry small(byte[] content) {
    return new Entry(content, Entry.gitOid(content), content.length);
  }

  Entry large(byte[] content) {
    String oid = sha256(content);
    objects.put(oid, content);
    return new Entry(null, oid, content.length);
  }

  /// Adds files to a branch.
  Commit commit(Repo repo, String branch, String summary, Map<String, Entry> added) {
    List<Commit> history = repo.branches.computeIfAbsent(branch, _ -> new ArrayList<>());
    Commit before = history.isEmpty() ? null : history.getLast();
    Map<String, Entry> files = new TreeMap<>(before == null ? Map.of() : before.files());
    files.putAll(added);
    String oid =
        hash(
            "SHA-1",
            "%s %s %d".formatted(repo.id, summary, commits++).getBytes(StandardCharsets.UTF_8));
    Commit commit = new Commit(oid, before == null ? null : before.oid(), summary, files);
    history.add(commit);
    return commit;
  }

  /// What a branch has, large files by their content.
  Map<String, byte[]> files(String id, String revision) {
    Repo repo = repos.get(id);
    Commit commit = repo == null ? null : repo.at(revision);
    if (commit == null) {
      throw new AssertionError("no %s at %s".formatted(id, revision));
    }
    Map<String, byte[]> files = new TreeMap<>();
    commit.files().forEach((path, entry) -> files.put(path, content(entry)));
    return files;
  }

  byte[] content(Entry entry) {
    byte[] content = entry.content() == null ? objects.get(entry.oid()) : entry.content();
    if (content == null) {
      throw new AssertionError("no object " + entry.oid());
    }
    return content;
  }

  static String sha256(byte[] bytes) {
    return hash("SHA-256", bytes);
  }

  static String md5(byte[] bytes) {
    return hash("MD5", bytes);
  }

  private static String hash(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
