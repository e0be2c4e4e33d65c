package dev.computepool.crawl.source;

import dev.computepool.base.Progress;
import dev.computepool.base.http.Head;
import dev.computepool.crawl.fetch.FetchOptions;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.http.TransportOptions;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/// The documentation in a git repository: its latest commit only, of its main branch only, and
/// without a working tree, so that nothing in it can do harm.
///
/// Its documentation is what lies in folders with such names, and the READMEs; if there are no such
/// folders, all Markdown files.
public final class Repository implements PageSource {
  private static final Set<String> FOLDERS =
      Set.of(
          "doc",
          "docs",
          "documentation",
          "guide",
          "guides",
          "handbook",
          "manual",
          "tutorial",
          "tutorials",
          "wiki",
          "book");

  private static final Set<String> PASSED_OVER =
      Set.of("node_modules", "vendor", "third_party", "test", "tests", "testdata", "fixtures");

  private final org.eclipse.jgit.lib.Repository git;
  private final String url;
  private final Clones.Clone clone;
  private final long maxBytes;
  private final List<Entry> entries;
  private final @Nullable String licence;
  private int next;

  private record Entry(String path, ObjectId id) {}

  private Repository(
      org.eclipse.jgit.lib.Repository git, String url, Clones.Clone clone, long maxBytes)
      throws IOException {
    this.git = git;
    this.url = url;
    this.clone = clone;
    this.maxBytes = maxBytes;
    List<Entry> all = list();
    List<Entry> documentation =
        all.stream().filter(entry -> isDocumentation(entry.path())).toList();
    this.entries =
        documentation.stream().anyMatch(entry -> entry.path().contains("/"))
            ? documentation
            : all.stream().filter(e -> e.path().toLowerCase(Locale.ROOT).endsWith(".md")).toList();
    this.licence = licence();
  }

  /// Opens a repository, which is cloned first unless a recent clone is in the cache.
  ///
  /// @param url `http:`, `https:` or `file:`, or a folder
  /// @param cache the folder that clones are kept in
  /// @throws SourceException if it cannot be cloned
  /// @throws IllegalArgumentException if it is no such URL
  public static Repository open(
      String url, Path cache, FetchOptions options, TransportOptions transport, Progress progress)
      throws IOException {
    requireReachable(url);
    // JGit would look for a folder of that name from within the clone.
    String from = url.contains(":") ? url : Path.of(url).toAbsolutePath().normalize().toString();
    Clones.Clone clone = new Clones(cache, options, transport).get(from, progress);
    org.eclipse.jgit.lib.Repository git =
        new FileRepositoryBuilder().setGitDir(clone.folder().toFile()).setBare().build();
    boolean opened = false;
    try {
      Repository repository = new Repository(git, url, clone, options.maxBytes());
      opened = true;
      return repository;
    } finally {
      if (!opened) {
        git.close();
      }
    }
  }

  // JGit would speak git: and ssh: too, on connections of its own, for which no address is private
  // and no silence too long.
  private static void requireReachable(String url) throws NoSuchFileException {
    if (url.matches("(?i)https?://[^/]*@.*")) {
      throw new IllegalArgumentException(
          "the URL of a repository has a name or password in it, which would end up in the"
              + " dataset");
    }
    if (url.matches("(?i)(https?://|file:).*")) {
      return;
    }
    if (url.contains(":")) {
      throw new IllegalArgumentException(
          "'%s' is neither an http or https URL nor a folder".formatted(url));
    }
    if (!Files.isDirectory(Path.of(url))) {
      throw new NoSuchFileException(url);
    }
  }

  /// How many pages it has.
  public int size() {
    return entries.size();
  }

  /// The commit whose pages these are.
  public String commit() {
    return clone.commit();
  }

  private List<Entry> list() throws IOException {
    List<Entry> all = new ArrayList<>();
    try (RevWalk commits = new RevWalk(git);
        TreeWalk tree = new TreeWalk(git)) {
      tree.addTree(commits.parseCommit(ObjectId.fromString(clone.commit())).getTree());
      tree.setRecursive(true);
      while (tree.next()) {
        String path = tree.getPathString();
        int type = tree.getRawMode(0) & FileMode.TYPE_MASK;
        if (type == FileMode.TYPE_FILE && !isPassedOver(path)) {
          all.add(new Entry(path, tree.getObjectId(0)));
        }
      }
    }
    return all;
  }

  private static boolean isPassedOver(String path) {
    for (String part : path.split("/", -1)) {
      if (part.startsWith(".") || PASSED_OVER.contains(part)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDocumentation(String path) {
    if (PageForms.ofFile(path).isEmpty()) {
      return false;
    }
    String[] parts = path.toLowerCase(Locale.ROOT).split("/", -1);
    for (int i = 0; i < parts.length - 1; i++) {
      if (FOLDERS.contains(parts[i])) {
        return true;
      }
    }
    return parts.length == 1 && parts[0].startsWith("readme");
  }

  /// The licence of the whole, told by the first words of the text that is in its root.
  private @Nullable String licence() throws IOException {
    for (Entry entry : list()) {
      String name = entry.path().toUpperCase(Locale.ROOT);
      if (!name.contains("/") && name.matches("(LICENSE|LICENCE|COPYING)(\\.(MD|TXT|RST))?")) {
        ObjectLoader loader = git.open(entry.id());
        if (loader.getSize() < (1 << 20)) {
          return LicenceTexts.recognise(new String(loader.getBytes(), StandardCharsets.UTF_8));
        }
      }
    }
    return null;
  }

  @Override
  public @Nullable Found next() throws IOException {
    if (next == entries.size()) {
      return null;
    }
    Entry entry = entries.get(next++);
    ObjectLoader loader = git.open(entry.id());
    URI source = source(entry.path());
    if (loader.getSize() > maxBytes) {
      return new Found.Nothing(source.toString(), Refusal.TOO_LARGE, "");
    }
    byte[] bytes = loader.getBytes();
    return new Found.Page(
        new RawPage(
            source,
            PageForms.ofFile(entry.path()).orElse(RawPage.Form.TEXT),
            new Head(200, Map.of()),
            clone.fetchedAt(),
            Sha256.hasher().update(bytes, 0, bytes.length).digest(),
            bytes.length,
            licence,
            () -> bytes));
  }

  /// Where people can look at a file: at the forges whose addresses are known, else a fragment.
  private URI source(String path) {
    String base = url.replaceFirst("\\.git/?$", "").replaceFirst("/$", "");
    String escaped = escape(path);
    if (base.startsWith("https://github.com/")) {
      return URI.create("%s/blob/%s/%s".formatted(base, clone.commit(), escaped));
    }
    if (base.startsWith("https://gitlab.com/")) {
      return URI.create("%s/-/blob/%s/%s".formatted(base, clone.commit(), escaped));
    }
    String place = url.contains(":") ? url : Path.of(url).toAbsolutePath().toUri().toString();
    return URI.create(place.replaceFirst("^([\\w.-]+@[\\w.-]+):", "ssh://$1/") + "#" + escaped);
  }

  private static String escape(String path) {
    StringBuilder out = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 128 && (Character.isLetterOrDigit(c) || "/-._~".indexOf(c) >= 0)) {
        out.append(c);
      } else {
        out.append('%').append(String.format(Locale.ROOT, "%02X", b & 0xff));
      }
    }
    return out.toString();
  }

  @Override
  public void close() {
    git.close();
  }
}
