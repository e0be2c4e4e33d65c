package dev.computepool.crawl.fetch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.http.Head;
import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Answers of servers on disk, so that none is asked twice: neither by a run that goes on where one
/// was killed, nor by the next run.
///
/// `pages/` has a JSON document for each URL and what it was asked for, named by the hash of both,
/// `bodies/` the bytes, named by theirs. Each file appears whole, the bytes before the document
/// that names them, so several runs can use one cache and none finds half an answer.
public final class PageCache {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int VERSION = 2;
  private static final Duration LEFT_BEHIND = Duration.ofDays(1);
  private static final int PIECE = 64 << 10;

  /// What is kept of an answer's head. The rest, cookies above all, is nobody's business.
  private static final List<String> KEPT =
      List.of(
          "cache-control",
          "content-language",
          "content-signal",
          "content-type",
          "content-usage",
          "etag",
          "last-modified",
          "location",
          "tdm-reservation",
          "x-robots-tag");

  private final Path folder;

  /// What is known of a page.
  ///
  /// @param last what was answered last
  /// @param before what was answered before a failure, which is none itself; null if nothing was
  record Known(CachedPage last, @Nullable CachedPage before) {
    /// The answer that has most of the page.
    CachedPage best() {
      return before == null ? last : before;
    }
  }

  /// A page's document.
  private record Entry(int version, String url, Want want, Stored last, @Nullable Stored before) {}

  /// One answer in it.
  private record Stored(
      int status,
      Map<String, List<String>> headers,
      String fetchedAt,
      @Nullable String sha256,
      long size,
      @Nullable Refusal refused,
      @Nullable String detail) {
    static @Nullable Stored of(@Nullable CachedPage page) {
      return page == null
          ? null
          : new Stored(
              page.status(),
              page.headers(),
              page.fetchedAt().toString(),
              page.sha256() == null ? null : page.sha256().hex(),
              page.size(),
              page.refused(),
              page.detail());
    }

    CachedPage page(URI url) {
      return new CachedPage(
          url,
          status,
          headers,
          Instant.parse(fetchedAt),
          sha256 == null ? null : Digest.parse(sha256),
          size,
          refused,
          detail == null ? "" : detail);
    }
  }

  private PageCache(Path folder) {
    this.folder = folder;
  }

  /// Opens a cache, which is made if it is not there.
  public static PageCache open(Path folder) throws IOException {
    for (String part : List.of("pages", "bodies", "partial")) {
      Files.createDirectories(folder.resolve(part));
    }
    PageCache cache = new PageCache(folder);
    cache.removeRemains();
    return cache;
  }

  /// The folder it is in.
  public Path folder() {
    return folder;
  }

  private void removeRemains() throws IOException {
    FileTime old = FileTime.from(Instant.now().minus(LEFT_BEHIND));
    try (Stream<Path> files = Files.list(folder.resolve("partial"))) {
      for (Path file : files.toList()) {
        if (isOlder(file, old)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isOlder(Path file, FileTime than) throws IOException {
    try {
      return Files.getLastModifiedTime(file).compareTo(than) < 0;
    } catch (NoSuchFileException e) {
      return false; // renamed or removed by another run meanwhile
    }
  }

  /// What was answered for `url`, as far as it is here whole.
  Optional<Known> find(URI url, Want want) throws IOException {
    Entry entry;
    try {
      entry = JSON.readValue(Files.readAllBytes(pageFile(url, want)), Entry.class);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty(); // of another version, or damaged: fetched again
    }
    if (entry.version() != VERSION || !entry.url().equals(url.toString()) || entry.want() != want) {
      return Optional.empty();
    }
    CachedPage last = entry.last().page(url);
    CachedPage before = entry.before() == null ? null : entry.before().page(url);
    if (!isWhole(last)) {
      return Optional.empty();
    }
    return Optional.of(new Known(last, before != null && isWhole(before) ? before : null));
  }

  private boolean isWhole(CachedPage page) throws IOException {
    return page.sha256() == null || hasSize(bodyFile(page.sha256()), page.size());
  }

  private static boolean hasSize(Path file, long size) throws IOException {
    try {
      return Files.size(file) == size;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// The bytes of a page.
  ///
  /// @return empty if they are not here any more, or are not what they were
  public Optional<byte[]> read(CachedPage page) throws IOException {
    if (page.sha256() == null) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      Path file = bodyFile(page.sha256());
      if (!hasSize(file, page.size())) {
        return Optional.empty();
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Digest actual = Sha256.hasher().update(bytes, 0, bytes.length).digest();
    if (!actual.equals(page.sha256())) {
      Files.deleteIfExists(bodyFile(page.sha256()));
      return Optional.empty();
    }
    return Optional.of(bytes);
  }

  /// Keeps an answer.
  ///
  /// @param body null if its bytes are not wanted
  CachedPage store(URI url, Want want, Head head, @Nullable InputStream body, Instant at)
      throws IOException {
    Digest sha256 = null;
    long size = 0;
    if (body != null) {
      Path partial = Files.createTempFile(folder.resolve("partial"), "body", "");
      try {
        Sha256 hasher = Sha256.hasher();
        try (OutputStream out = Files.newOutputStream(partial)) {
          byte[] piece = new byte[PIECE];
          for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
            hasher.update(piece, 0, n);
            out.write(piece, 0, n);
            size += n;
          }
        }
        sha256 = hasher.digest();
        move(partial, bodyFile(sha256));
      } finally {
        Files.deleteIfExists(partial);
      }
    }
    return write(want, new CachedPage(url, head.status(), kept(head), at, sha256, size, null, ""));
  }

  /// Notes that a page was not taken. What was there of it before is kept.
  ///
  /// @param limit the size it exceeded, if that is why
  CachedPage refuse(URI url, Want want, Head head, Refused why, long limit, Instant at)
      throws IOException {
    return write(
        want,
        new CachedPage(url, head.status(), kept(head), at, null, limit, why.why(), why.detail()));
  }

  private static Map<String, List<String>> kept(Head head) {
    Map<String, List<String>> kept = new TreeMap<>(head.headers());
    kept.keySet().retainAll(KEPT);
    return kept;
  }

  /// Notes that a page has not changed.
  ///
  /// @param head of the answer that says so; what it says replaces what was said before
  CachedPage confirm(CachedPage page, Want want, Head head, Instant at) throws IOException {
    Map<String, List<String>> headers = new TreeMap<>(page.headers());
    for (String name : KEPT) {
      if (!head.all(name).isEmpty()) {
        headers.put(name, head.all(name));
      }
    }
    return write(
        want,
        new CachedPage(
            page.url(),
            page.status(),
            headers,
            at,
            page.sha256(),
            page.size(),
            page.refused(),
            page.detail()));
  }

  private CachedPage write(Want want, CachedPage page) throws IOException {
    CachedPage before =
        page.isFailure() ? find(page.url(), want).map(Known::best).orElse(null) : null;
    if (before != null && before.isFailure()) {
      before = null;
    }
    Entry entry =
        new Entry(
            VERSION,
            page.url().toString(),
            want,
            Objects.requireNonNull(Stored.of(page)),
            Stored.of(before));
    Path partial = Files.createTempFile(folder.resolve("partial"), "page", "");
    try {
      Files.write(partial, JSON.writeValueAsBytes(entry));
      move(partial, pageFile(page.url(), want));
    } finally {
      Files.deleteIfExists(partial);
    }
    return page;
  }

  private static void move(Path partial, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    Files.move(
        partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path pageFile(URI url, Want want) {
    byte[] text = (want + " " + url).getBytes(StandardCharsets.UTF_8);
    String name = Sha256.hasher().update(text, 0, text.length).digest().hex();
    return folder.resolve("pages").resolve(name.substring(0, 2)).resolve(name + ".json");
  }

  private Path bodyFile(Digest sha256) {
    String name = sha256.hex();
    return folder.resolve("bodies").resolve(name.substring(0, 2)).resolve(name);
  }
}
