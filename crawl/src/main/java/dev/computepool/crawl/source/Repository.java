package dev.computepool.crawl.source;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.crawl.fetch.FetchOptions;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.http.Head;
import dev.computepool.crawl.http.ProxyRules;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
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

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int TIMEOUT_SECONDS = 60;

  private final org.eclipse.jgit.lib.Repository git;
  private final String url;
  private final Clone clone;
  private final long maxBytes;
  private final List<Entry> entries;
  private final @Nullable String licence;
  private int next;

  /// What is noted beside a clone once it is complete.
  private record Clone(String folder, String commit, String fetchedAt) {}

  private record Entry(String path, ObjectId id) {}

  private Repository(org.eclipse.jgit.lib.Repository git, String url, Clone clone, long maxBytes)
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
  /// @param url anything that JGit can clone, such as `https:` and `file:` URLs
  /// @param cache the folder that clones are kept in
  /// @throws SourceException if it cannot be cloned
  public static Repository open(
      String url, Path cache, FetchOptions options, ProxyRules proxies, Progress progress)
      throws IOException {
    if (url.matches("https?://[^/]*@.*")) {
      throw new IllegalArgumentException(
          "the URL of a repository has a name or password in it, which would end up in the"
              + " dataset");
    }
    QuietGit.install();
    byte[] name = url.getBytes(StandardCharsets.UTF_8);
    String key = Sha256.hasher().update(name, 0, name.length).digest().hex().substring(0, 32);
    Path folder = cache.resolve("repositories").resolve(key);
    Clone known = read(folder.resolve("clone.json"));
    boolean usable = known != null && Files.isDirectory(folder.resolve(known.folder()));
    if (known == null || !usable || !isFresh(known, options)) {
      if (options.offline()) {
        if (known == null || !usable) {
          throw new SourceException(url, Refusal.NOT_CACHED, "");
        }
      } else {
        known = clone(url, folder, proxies, progress);
      }
    }
    org.eclipse.jgit.lib.Repository git =
        new FileRepositoryBuilder()
            .setGitDir(folder.resolve(known.folder()).toFile())
            .setBare()
            .build();
    boolean opened = false;
    try {
      Repository repository = new Repository(git, url, known, options.maxBytes());
      opened = true;
      return repository;
    } finally {
      if (!opened) {
        git.close();
      }
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

  private static boolean isFresh(Clone clone, FetchOptions options) {
    Duration age = Duration.between(Instant.parse(clone.fetchedAt()), Instant.now());
    return age.compareTo(options.maxAge()) <= 0;
  }

  private static @Nullable Clone read(Path file) throws IOException {
    try {
      return JSON.readValue(Files.readAllBytes(file), Clone.class);
    } catch (NoSuchFileException | com.fasterxml.jackson.core.JsonProcessingException e) {
      return null;
    }
  }

  private static Clone clone(String url, Path folder, ProxyRules proxies, Progress progress)
      throws IOException {
    Files.createDirectories(folder);
    Path target = Files.createTempDirectory(folder, "git");
    boolean done = false;
    try (Progress.Step step = progress.begin("Cloning", -1, Progress.Unit.ITEMS);
        Git git =
            Git.cloneRepository()
                .setURI(url)
                .setDirectory(target.toFile())
                .setBare(true)
                .setDepth(1)
                .setCloneAllBranches(false)
                .setNoTags()
                .setTimeout(TIMEOUT_SECONDS)
                .setProgressMonitor(new Steps(step, progress.cancellation()))
                .setTransportConfigCallback(
                    transport -> {
                      if (transport instanceof TransportHttp http) {
                        http.setHttpConnectionFactory(new Connections(proxies));
                      }
                    })
                .call()) {
      progress.cancellation().check();
      ObjectId head = git.getRepository().resolve("HEAD");
      if (head == null) {
        throw new SourceException(url, Refusal.EMPTY, "the repository has no commit");
      }
      Clone clone =
          new Clone(String.valueOf(target.getFileName()), head.name(), Instant.now().toString());
      Path note = Files.createTempFile(folder, "note", "");
      Files.write(note, JSON.writeValueAsBytes(clone));
      Files.move(
          note,
          folder.resolve("clone.json"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      done = true;
      return clone;
    } catch (GitAPIException | JGitInternalException e) {
      progress.cancellation().check();
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      SourceException failure =
          new SourceException(url, Refusal.UNREACHABLE, String.valueOf(cause.getMessage()));
      failure.addSuppressed(e);
      throw failure;
    } finally {
      removeOthers(folder, done ? target : null);
    }
  }

  /// Clones that no note names any more: of killed runs, or older ones.
  private static void removeOthers(Path folder, @Nullable Path kept) throws IOException {
    if (kept == null) {
      return;
    }
    try (Stream<Path> clones = Files.list(folder)) {
      for (Path clone : clones.filter(c -> Files.isDirectory(c) && !c.equals(kept)).toList()) {
        try (Stream<Path> files = Files.walk(clone)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(file);
          }
        }
      }
    }
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
            Instant.parse(clone.fetchedAt()),
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

  /// Connections through the proxy that the environment names.
  private static final class Connections extends JDKHttpConnectionFactory {
    private final ProxyRules proxies;

    Connections(ProxyRules proxies) {
      this.proxies = proxies;
    }

    @Override
    public HttpConnection create(URL url, Proxy standard) throws IOException {
      ProxyRules.Proxy proxy = proxies.of(url.getProtocol(), url.getHost());
      return super.create(
          url,
          proxy == null
              ? standard
              : new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.host(), proxy.port())));
    }
  }

  /// Tells JGit when to stop.
  private record Steps(Progress.Step step, Cancellation cancellation) implements ProgressMonitor {
    @Override
    public void start(int totalTasks) {}

    @Override
    public void beginTask(String title, int totalWork) {}

    @Override
    public void update(int completed) {
      try {
        step.advance(completed);
      } catch (CancelledException e) {
        // JGit asks itself.
      }
    }

    @Override
    public void endTask() {}

    @Override
    public boolean isCancelled() {
      return cancellation.isCancelled();
    }

    @Override
    public void showDuration(boolean enabled) {}
  }
}
