package dev.computepool.crawl.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Progress;
import dev.computepool.base.http.ProxyRules;
import dev.computepool.crawl.LoopbackSite;
import dev.computepool.crawl.fetch.FetchOptions;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.http.AddressRules;
import dev.computepool.crawl.http.TransportOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryTest {
  private static final TransportOptions TRANSPORT = TransportOptions.standard("test");

  @TempDir Path folder;

  private static List<String> all(PageSource source) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Found found = source.next(); found != null; found = source.next()) {
      lines.add(
          switch (found) {
            case Found.Page(RawPage page) ->
                "%s %s %s"
                    .formatted(
                        page.form(),
                        page.source(),
                        new String(page.content().bytes(), StandardCharsets.UTF_8));
            case Found.Nothing(String place, Refusal why, String _) -> why + " " + place;
          });
    }
    return lines;
  }

  /// A repository with these files.
  private Path origin(Map<String, String> files) throws IOException, GitAPIException {
    Path origin = Files.createDirectories(folder.resolve("origin"));
    try (Git git = Git.init().setDirectory(origin.toFile()).setInitialBranch("main").call()) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path place = origin.resolve(file.getKey());
        Files.createDirectories(place.resolveSibling("."));
        Files.writeString(place, file.getValue());
      }
      git.add().addFilepattern(".").call();
      git.commit()
          .setMessage("first")
          .setAuthor("T", "t@example.org")
          .setCommitter("T", "t@example.org")
          .setSign(false)
          .call();
    }
    return origin;
  }

  @Test
  void repositoriesAreReadWithoutAWorkingTree() throws IOException, GitAPIException {
    Path origin =
        origin(
            Map.of(
                "README.md",
                "# Readme",
                "CHANGELOG.md",
                "# Changes",
                "LICENSE",
                "Apache License\n   Version 2.0, January 2004",
                "docs/b c.md",
                "# B",
                "docs/api/a.html",
                "<p>a",
                "docs/big.txt",
                "x".repeat(6 << 20),
                "src/notes.md",
                "no documentation"));
    String url = origin.toUri().toString();
    Path cache = folder.resolve("cache");
    try (Repository repository =
        Repository.open(url, cache, FetchOptions.STANDARD, TRANSPORT, Progress.NONE)) {
      String head = Files.readString(origin.resolve(".git/refs/heads/main")).strip();
      assertEquals(head, repository.commit());
      assertEquals(
          List.of(
              "MARKDOWN " + url + "#README.md # Readme",
              "HTML " + url + "#docs/api/a.html <p>a",
              "MARKDOWN " + url + "#docs/b%20c.md # B",
              "TOO_LARGE " + url + "#docs/big.txt"),
          all(repository));
    }
    try (Repository again =
        Repository.open(url, cache, FetchOptions.STANDARD, TRANSPORT, Progress.NONE)) {
      Found.Page page = assertInstanceOf(Found.Page.class, again.next());
      assertEquals("Apache-2.0", page.page().licence());
    }
    assertThrows(
        SourceException.class,
        () ->
            Repository.open(
                folder.resolve("none").toUri().toString(),
                cache,
                FetchOptions.STANDARD,
                TRANSPORT,
                Progress.NONE));
  }

  @Test
  void runsThatCloneTheSameAtOnceDoNotDisturbEachOther() throws Exception {
    String url = origin(Map.of("docs/a.md", "# A", "docs/b.md", "# B")).toUri().toString();
    Path cache = folder.resolve("cache");
    FetchOptions refresh = FetchOptions.STANDARD.withMaxAge(Duration.ZERO);
    List<Future<List<String>>> runs = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 12; i++) {
        runs.add(
            threads.submit(
                () -> {
                  try (Repository one =
                      Repository.open(url, cache, refresh, TRANSPORT, Progress.NONE)) {
                    return all(one);
                  }
                }));
      }
      for (Future<List<String>> run : runs) {
        assertEquals(
            List.of("MARKDOWN " + url + "#docs/a.md # A", "MARKDOWN " + url + "#docs/b.md # B"),
            run.get());
      }
    }
  }

  @Test
  void whatNobodyHasUsedForADayIsRemoved() throws IOException, GitAPIException {
    String url = origin(Map.of("docs/a.md", "# A")).toUri().toString();
    Path cache = folder.resolve("cache");
    FetchOptions refresh = FetchOptions.STANDARD.withMaxAge(Duration.ZERO);
    Repository.open(url, cache, refresh, TRANSPORT, Progress.NONE).close();
    Path clones;
    try (Stream<Path> all = Files.list(cache.resolve("repositories"))) {
      clones = all.findFirst().orElseThrow();
    }
    Path left = Files.createDirectories(clones.resolve("gitLeft/objects")).resolveSibling(".");
    Files.writeString(left.resolve("objects/x"), "x");
    Path busy = Files.createDirectories(clones.resolve("gitBusy"));
    Files.setLastModifiedTime(
        clones.resolve("gitLeft"), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    Repository.open(url, cache, refresh, TRANSPORT, Progress.NONE).close();
    assertFalse(Files.exists(clones.resolve("gitLeft")));
    assertTrue(Files.exists(busy));
    try (Stream<Path> all = Files.list(clones)) {
      assertEquals(4, all.count()); // two clones, the busy one and the note
    }
  }

  @Test
  void aRepositoryIsReachedByTheRulesForPages() throws IOException {
    try (LoopbackSite site = LoopbackSite.start()) {
      site.on(
          "/r.git/info/refs",
          exchange -> {
            exchange
                .getResponseHeaders()
                .set("Location", "http://localhost:%d/s.git/info/refs".formatted(site.port()));
            exchange.sendResponseHeaders(302, -1);
          });
      String url = site.url("/r.git").toString();
      assertEquals(
          url + ": its address is not public: 127.0.0.1 is not a public address",
          refused(url, TRANSPORT));
      assertEquals(List.of(), site.asked());
      TransportOptions allowed =
          LoopbackSite.options(ProxyRules.NONE, new AddressRules(List.of("127.0.0.1")), List.of());
      assertEquals(
          url
              + ": its address is not public: localhost has the address 127.0.0.1, which is not"
              + " public",
          refused(url, allowed));
      assertEquals(0, site.count("/s.git/info/refs"));
    }
  }

  private String refused(String url, TransportOptions transport) {
    SourceException failure =
        assertThrows(
            SourceException.class,
            () ->
                Repository.open(
                    url, folder.resolve("cache"), FetchOptions.STANDARD, transport, Progress.NONE));
    assertEquals(Refusal.PRIVATE_ADDRESS, failure.why());
    return String.valueOf(failure.getMessage());
  }
}
