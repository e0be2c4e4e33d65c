package dev.computepool.crawl.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.base.git.QuietGit;
import dev.computepool.base.http.ProxyRules;
import dev.computepool.crawl.fetch.FetchOptions;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.http.Destinations;
import dev.computepool.crawl.http.PrivateAddressException;
import dev.computepool.crawl.http.TransportOptions;
import dev.computepool.crawl.http.WebUrl;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.InvalidRemoteException;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.jspecify.annotations.Nullable;

/// Repositories on disk: the latest commit of their main branch, without a working tree.
///
/// A repository has a folder with its clones and a note that names the one to use. Several runs may
/// clone the same one at once: each writes its own, the last note counts, and what a run may still
/// be reading or writing is left there for a day.
final class Clones {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int TIMEOUT_SECONDS = 60;
  private static final Duration LEFT_BEHIND = Duration.ofDays(1);
  private static final String NOTE = "clone.json";

  private final Path cache;
  private final FetchOptions options;
  private final Destinations destinations;

  /// A complete clone.
  ///
  /// @param folder that JGit opens
  /// @param commit its head
  record Clone(Path folder, String commit, Instant fetchedAt) {}

  /// The name of a clone's folder, and what else is known of it.
  private record Note(String folder, String commit, String fetchedAt) {}

  Clones(Path cache, FetchOptions options, TransportOptions transport) {
    this.cache = cache;
    this.options = options;
    this.destinations = new Destinations(transport);
  }

  /// The clone of a repository, made now unless there is one that is not too old.
  ///
  /// @throws SourceException if it cannot be cloned
  Clone get(String url, Progress progress) throws IOException {
    QuietGit.install();
    byte[] name = url.getBytes(StandardCharsets.UTF_8);
    String key = Sha256.hasher().update(name, 0, name.length).digest().hex().substring(0, 32);
    Path folder = cache.resolve("repositories").resolve(key);
    Clone known = find(folder);
    if (known != null && (options.offline() || isFresh(known))) {
      touch(known.folder());
      return known;
    }
    if (options.offline()) {
      throw new SourceException(url, Refusal.NOT_CACHED, "");
    }
    Files.createDirectories(folder);
    Clone made = make(url, folder, progress);
    if (known != null) {
      touch(known.folder());
    }
    removeOld(folder, made.folder());
    return made;
  }

  private boolean isFresh(Clone clone) {
    Duration age = Duration.between(clone.fetchedAt(), Instant.now());
    return age.compareTo(options.maxAge()) <= 0;
  }

  private static @Nullable Clone find(Path folder) throws IOException {
    Note note;
    try {
      note = JSON.readValue(Files.readAllBytes(folder.resolve(NOTE)), Note.class);
    } catch (NoSuchFileException | JsonProcessingException e) {
      return null;
    }
    Path clone = folder.resolve(note.folder());
    return Files.isDirectory(clone)
        ? new Clone(clone, note.commit(), Instant.parse(note.fetchedAt()))
        : null;
  }

  /// Notes that somebody has a use for it.
  private static void touch(Path clone) throws IOException {
    Files.setLastModifiedTime(clone, FileTime.from(Instant.now()));
  }

  private Clone make(String url, Path folder, Progress progress) throws IOException {
    Path target = Files.createTempDirectory(folder, "git");
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
                        http.setHttpConnectionFactory(new Connections(destinations));
                      }
                    })
                .call()) {
      progress.cancellation().check();
      ObjectId head = git.getRepository().resolve("HEAD");
      if (head == null) {
        throw new SourceException(url, Refusal.EMPTY, "the repository has no commit");
      }
      Clone clone = new Clone(target, head.name(), Instant.now());
      note(folder, clone);
      return clone;
    } catch (GitAPIException | JGitInternalException e) {
      progress.cancellation().check();
      throw failure(url, e);
    }
  }

  private static void note(Path folder, Clone clone) throws IOException {
    Path note = Files.createTempFile(folder, "note", "");
    String name = String.valueOf(clone.folder().getFileName());
    Files.write(
        note, JSON.writeValueAsBytes(new Note(name, clone.commit(), clone.fetchedAt().toString())));
    Files.move(
        note,
        folder.resolve(NOTE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static SourceException failure(String url, Exception e) {
    Throwable cause = e;
    boolean none = e instanceof InvalidRemoteException;
    while (cause.getCause() != null) {
      cause = cause.getCause();
      none |= cause instanceof NoRemoteRepositoryException;
    }
    SourceException failure =
        none
            ? new SourceException(url, Refusal.NOT_FOUND, "there is no git repository")
            : new SourceException(
                url,
                cause instanceof PrivateAddressException
                    ? Refusal.PRIVATE_ADDRESS
                    : Refusal.UNREACHABLE,
                String.valueOf(cause.getMessage()));
    failure.addSuppressed(e);
    return failure;
  }

  /// Removes what killed runs left, and clones that no note names any more.
  private static void removeOld(Path folder, Path kept) throws IOException {
    FileTime old = FileTime.from(Instant.now().minus(LEFT_BEHIND));
    List<Path> all;
    try (Stream<Path> files = Files.list(folder)) {
      all = files.toList();
    }
    for (Path file : all) {
      boolean named = file.equals(kept) || file.endsWith(NOTE);
      if (!named && isOlder(file, old)) {
        remove(file);
      }
    }
  }

  private static boolean isOlder(Path file, FileTime time) throws IOException {
    try {
      return Files.getLastModifiedTime(file).compareTo(time) < 0;
    } catch (NoSuchFileException e) {
      return false; // another run has just given its note the final name, or removed it
    }
  }

  private static void remove(Path clone) throws IOException {
    try (Stream<Path> files = Files.walk(clone)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException | UncheckedIOException e) {
      if (Files.exists(clone)) {
        throw e; // unless another run removes it too
      }
    }
  }

  /// Connections by the same rules as all others, also after redirects.
  private static final class Connections extends JDKHttpConnectionFactory {
    private final Destinations destinations;

    Connections(Destinations destinations) {
      this.destinations = destinations;
    }

    @Override
    public HttpConnection create(URL url, Proxy standard) throws IOException {
      URI target;
      try {
        target = WebUrl.parse(url.getProtocol() + "://" + url.getAuthority());
      } catch (IllegalArgumentException e) {
        throw new IOException(e.getMessage(), e);
      }
      ProxyRules.Proxy proxy = destinations.route(target);
      if (proxy == null) {
        destinations.addresses(target);
        return super.create(url, standard);
      }
      return super.create(
          url, new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.host(), proxy.port())));
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
