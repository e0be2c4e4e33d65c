package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.tests.LocalWeb.Visit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp train data` against a web of its own.
final class TrainDataTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration DELAY = Duration.ofMillis(100);

  /// How late a server may note when a request came.
  private static final Duration SLACK = Duration.ofMillis(80);

  private static final String TDM_FILE = "/.well-known/tdmrep.json";

  private static final String WORDS =
      "This page explains at some length how the widgets of the library number %s are made, "
          + "configured and taken apart again, with %s of the details that matter in practice. ";

  @TempDir Path temporary;
  private final LocalWeb web = LocalWeb.start();
  private final List<String> urls = new ArrayList<>();

  /// Places that must become documents, by the words that only they have.
  private final Map<String, String> expected = new TreeMap<>();

  private String delay = DELAY.toMillis() + "ms";
  private Path folder = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder).env("COMPUTEPOOL_JAVA_OPTS", "-Xmx300m").timeout(Duration.ofMinutes(5));
  }

  @AfterEach
  void close() {
    web.close();
  }

  private String[] words(String out, String... more) throws IOException {
    Files.write(folder.resolve("urls.txt"), urls);
    Set<String> hosts = new LinkedHashSet<>();
    for (String url : urls) {
      hosts.add(url.replaceFirst("^http://([^:/]+).*", "$1"));
    }
    List<String> all =
        new ArrayList<>(
            List.of("train", "data", "--urls", "urls.txt", "--out", out, "--delay", delay));
    // The pages made here are near duplicates of each other.
    all.addAll(List.of("--near-duplicates", "1"));
    all.addAll(List.of("--max-delay", "300ms", "--timeout", "3s", "--min-chars", "50"));
    for (String host : hosts) {
      all.addAll(List.of("--resolve", host + ":" + web.port() + ":127.0.0.1"));
      all.addAll(List.of("--allow-private", host));
    }
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static String html(String title, String text) {
    return "<!doctype html><html lang=en><head><title>%s</title></head><body><main><h1>%s</h1><p>%s</p><p>%s</p></main></body></html>"
        .formatted(title, title, text, text.replace("explains", "also explains"));
  }

  /// A page whose only word like this is `mark`.
  private static String page(String mark) {
    return html("About " + mark, WORDS.formatted(mark, "most") + WORDS.formatted(mark, "all"));
  }

  private void document(String place) {
    String mark = "mark" + place.replaceAll("[^a-z0-9]", "");
    web.page(place, page(mark));
    urls.add(web.url(place));
    expected.put(web.url(place), mark);
  }

  private void robots(String host, String text) {
    web.on(host + "/robots.txt", e -> LocalWeb.send(e, 200, "text/plain", text));
  }

  /// At least 200 pages of all kinds on twelve hosts.
  private void build() throws IOException {
    for (int host = 0; host < 6; host++) {
      for (int i = 0; i < 32; i++) {
        document("site%d.example/p%d.html".formatted(host, i));
      }
    }
    kitPages();
    robots("polite.example", "User-agent: *\nDisallow: /secret\nCrawl-delay: 0.2\n");
    for (int i = 0; i < 6; i++) {
      document("polite.example/p" + i);
    }
    web.page("polite.example/secret/x", page("forbidden"));
    urls.add(web.url("polite.example/secret/x"));
    trouble();
    charsets();
  }

  /// Real pages, where they are.
  private void kitPages() throws IOException {
    Path kit = Project.ROOT.resolveSibling("shared").resolve("extraction/docs/html");
    if (!Files.isDirectory(kit)) {
      return;
    }
    try (Stream<Path> files = Files.list(kit)) {
      for (Path file : files.sorted().toList()) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
          String place = "kit.example/" + file.getFileName().toString().replace(".gz", "");
          web.page(place, "text/html; charset=utf-8", in.readAllBytes());
          urls.add(web.url(place));
          expected.put(web.url(place), "");
        }
      }
    }
  }

  private void trouble() {
    // Moved, and the place it moved to is listed as well: one document.
    web.redirect("moved.example/old", "/new");
    urls.add(web.url("moved.example/old"));
    document("moved.example/new");
    web.redirect("moved.example/inside", "http://127.0.0.1:" + web.port() + "/admin");
    web.page("127.0.0.1/admin", page("insidejob"));
    urls.add(web.url("moved.example/inside"));
    web.redirect("moved.example/round", "/round");
    urls.add(web.url("moved.example/round"));
    for (int i = 0; i < 3; i++) {
      String place = "burst.example/p" + i;
      document(place);
      AtomicInteger asked = new AtomicInteger();
      String text = page("mark" + place.replaceAll("[^a-z0-9]", ""));
      web.on(
          place,
          e -> {
            if (asked.incrementAndGet() == 1) {
              LocalWeb.send(e, 503, "text/html", "busy");
            } else {
              LocalWeb.send(e, 200, "text/html", text);
            }
          });
    }
    for (String name : List.of("p", "q")) {
      String place = "slow.example/" + name;
      document(place);
      String text = page("markslowexample" + name);
      web.on(
          place,
          e -> {
            LocalWeb.pause(Duration.ofMillis(1200));
            LocalWeb.send(e, 200, "text/html", text);
          });
    }
    web.on(
        "tar.example/pit",
        e -> {
          e.getResponseHeaders().set("Content-Type", "text/html");
          e.sendResponseHeaders(200, 0);
          for (int i = 0; i < 600; i++) {
            e.getResponseBody().write('<');
            e.getResponseBody().flush();
            LocalWeb.pause(Duration.ofMillis(100));
          }
        });
    urls.add(web.url("tar.example/pit"));
    web.on(
        "big.example/stream",
        e -> {
          e.getResponseHeaders().set("Content-Type", "text/html");
          e.sendResponseHeaders(200, 0);
          byte[] piece =
              "<p>two gigabytes of this </p>\n".repeat(2000).getBytes(StandardCharsets.UTF_8);
          for (long sent = 0; sent < 2L << 30; sent += piece.length) {
            e.getResponseBody().write(piece);
          }
        });
    urls.add(web.url("big.example/stream"));
    web.on(
        "optout.example/head",
        e -> {
          e.getResponseHeaders().set("X-Robots-Tag", "noai");
          LocalWeb.send(e, 200, "text/html", page("optedout"));
        });
    urls.add(web.url("optout.example/head"));
    web.page(
        "optout.example/meta",
        page("optedout").replace("<title>", "<meta name=robots content=noindex><title>"));
    urls.add(web.url("optout.example/meta"));
    web.page(
        "odd.example/app",
        "<html><head><title>App</title></head><body><div id=root></div><script src=a.js></script>");
    urls.add(web.url("odd.example/app"));
    web.page("odd.example/doc.pdf", "application/pdf", "%PDF-1.7".getBytes(StandardCharsets.UTF_8));
    urls.add(web.url("odd.example/doc.pdf"));
    web.page("odd.example/manual.pdf", "application/pdf", manual("markpdf"));
    urls.add(web.url("odd.example/manual.pdf"));
    expected.put(web.url("odd.example/manual.pdf"), "markpdf");
    reserve("reserved.example", "/kept/");
    document("reserved.example/free");
    web.page("reserved.example/kept/p", page("optedout"));
    urls.add(web.url("reserved.example/kept/p"));
    urls.add(web.url("odd.example/missing"));
  }

  private static byte[] manual(String mark) {
    return Pdf.of(
        "The " + mark,
        List.of(
            "This manual explains how a kettle is filled, heated and emptied,",
            "and it does so in two lines that are one paragraph."));
  }

  /// The owner of a host says in its file for it what is not to be mined.
  private void reserve(String host, String location) {
    String json = "[{\"location\": \"%s\", \"tdm-reservation\": 1}]".formatted(location);
    web.on(host + TDM_FILE, e -> LocalWeb.send(e, 200, "application/json", json));
  }

  private void charsets() {
    Map<String, String> texts = new HashMap<>();
    texts.put("windows-1252", "Größenwahn überall: „Straße“ für 5 €, ");
    texts.put("KOI8-R", "Обыкновенный русский текст о библиотеке, ");
    texts.put("EUC-JP", "これは日本語で書かれた説明です。部品の使い方を詳しく述べます。");
    texts.forEach(
        (charset, text) -> {
          String place = "charset.example/" + charset.toLowerCase(java.util.Locale.ROOT);
          String html =
              html("About " + charset, (text + WORDS.formatted(charset, "all")).repeat(2))
                  .replace("<title>", "<meta charset=%s><title>".formatted(charset));
          web.page(place, "text/html", html.getBytes(Charset.forName(charset)));
          urls.add(web.url(place));
          expected.put(web.url(place), text.strip());
        });
  }

  private List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(file))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private Set<String> sources(String file) throws IOException {
    Set<String> sources = new LinkedHashSet<>();
    for (JsonNode line : lines(file)) {
      sources.add(line.at("/meta/source_url").asText());
    }
    return sources;
  }

  private JsonNode report(String file) throws IOException {
    return JSON.readTree(Files.readAllBytes(folder.resolve(file)));
  }

  @Test
  void aWholeWebBecomesExactlyItsDataset() throws IOException {
    build();
    assertTrue(urls.size() >= 200, "pages: " + urls.size());
    Result result = cp.run(words("web.jsonl"));
    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(expectedInOrder(), new ArrayList<>(sources("web.jsonl")), result.stdout());
    String all = Files.readString(folder.resolve("web.jsonl"));
    expected.forEach((url, mark) -> assertTrue(all.contains(mark), url + ": " + mark));
    assertFalse(all.contains("forbidden"), "what robots.txt forbids");
    assertFalse(all.contains("insidejob"), "what only this machine can reach");
    assertFalse(all.contains("optedout"), "what its owner does not want used");
    JsonNode outcomes = report("web.report.json").path("outcomes");
    Map<String, Integer> counts = new TreeMap<>();
    outcomes.properties().forEach(e -> counts.put(e.getKey(), e.getValue().asInt()));
    counts.remove("document");
    assertEquals(
        Map.of(
            "duplicate", 1,
            "not_found", 1,
            "opted_out", 3,
            "private_address", 1,
            "redirects", 1,
            "robots", 1,
            "script_rendered", 1,
            "too_large", 1,
            "too_slow", 1,
            "unreadable", 1),
        counts);
    assertPolite();
    web.forget();
    Result again = cp.run(words("again.jsonl"));
    assertEquals(0, again.exitCode(), again.stderr());
    assertEquals(List.of(), web.visits().stream().map(Visit::place).toList());
    assertEquals(-1, Files.mismatch(folder.resolve("web.jsonl"), folder.resolve("again.jsonl")));
    Result check = cp.run("train", "check", "web.jsonl");
    assertEquals(0, check.exitCode(), check.stdout() + check.stderr());
  }

  private List<String> expectedInOrder() {
    List<String> places = new ArrayList<>();
    for (String url : urls) {
      // The redirect comes first, and its page is known by where it was found.
      String at =
          url.endsWith("moved.example:%d/old".formatted(web.port()))
              ? web.url("moved.example/new")
              : url;
      if (expected.containsKey(at) && !places.contains(at)) {
        places.add(at);
      }
    }
    return places;
  }

  /// As its servers saw it: robots.txt before all else, one request at a time, and time between.
  private void assertPolite() {
    Map<String, List<Visit>> hosts = new HashMap<>();
    for (Visit visit : web.visits()) {
      assertTrue(visit.agent().contains("computepool"), visit::agent);
      hosts.computeIfAbsent(visit.host(), _ -> new ArrayList<>()).add(visit);
    }
    assertFalse(hosts.containsKey("127.0.0.1"), "the address was not connected to");
    hosts.forEach(
        (host, visits) -> {
          visits.sort(Comparator.comparingLong(Visit::from));
          assertEquals("/robots.txt", visits.getFirst().path(), host);
          assertEquals(
              1, visits.stream().filter(v -> v.path().equals("/robots.txt")).count(), host);
          assertTrue(visits.stream().filter(v -> v.path().equals(TDM_FILE)).count() <= 1, host);
          assertFalse(visits.stream().anyMatch(v -> v.path().startsWith("/kept")), host);
          assertFalse(visits.stream().anyMatch(v -> v.path().startsWith("/secret")), host);
          long least = host.equals("polite.example") ? 200 : DELAY.toMillis();
          for (int i = 1; i < visits.size(); i++) {
            long over = visits.get(i).from() - visits.get(i - 1).to();
            assertTrue(over >= -SLACK.toNanos(), host + ": two requests at a time, at " + i);
            // No stretch of requests is faster than the pace, be it of two.
            for (int j = 0; j < i; j++) {
              long since = (visits.get(i).from() - visits.get(j).from()) / 1_000_000;
              String what = "%s: requests %d to %d in %d ms".formatted(host, j, i, since);
              assertTrue(since >= (i - j) * least - SLACK.toMillis(), what);
            }
          }
        });
  }

  @Test
  void aKilledRunGoesOnAndEndsLikeAnyOther() throws IOException {
    for (int host = 0; host < 3; host++) {
      for (int i = 0; i < 20; i++) {
        document("site%d.example/p%d".formatted(host, i));
      }
    }
    // Some pages of one host fail, and so many of another that it is given up.
    document("odd.example/good");
    for (int i = 0; i < 7; i++) {
      urls.add(web.url("down.example/p" + i));
      fails("down.example/p" + i);
      if (i < 2) {
        urls.add(web.url("odd.example/p" + i));
        fails("odd.example/p" + i);
      }
    }
    for (int kill = 0; kill < 4; kill++) {
      web.forget();
      try (Running running = cp.start(words("killed.jsonl", "--retries", "1"))) {
        int wanted = 8 + kill;
        running.await(() -> web.visits().size() >= wanted, wanted + " visits");
        running.kill();
      }
      assertFalse(Files.exists(folder.resolve("killed.jsonl")));
    }
    web.forget();
    Result end = cp.run(words("killed.jsonl", "--retries", "1"));
    assertEquals(0, end.exitCode(), end.stderr());
    long pages = web.visits().stream().filter(v -> v.host().startsWith("site")).count();
    assertTrue(pages < 60, "what was fetched before is not fetched again");
    assertEquals(
        JSON.readTree("{\"document\": 61, \"host_given_up\": 2, \"server_error\": 7}"),
        report("killed.report.json").path("outcomes"));
    Result whole = cp.run(words("whole.jsonl", "--retries", "1"));
    assertEquals(0, whole.exitCode(), whole.stderr());
    assertEquals(-1, Files.mismatch(folder.resolve("killed.jsonl"), folder.resolve("whole.jsonl")));
    assertEquals(new ArrayList<>(sources("whole.jsonl")), expectedInOrder());
    // A run that was never killed, with a cache of its own, differs in the times alone.
    Result fresh = cp.run(words("fresh.jsonl", "--cache", "other", "--retries", "1"));
    assertEquals(0, fresh.exitCode(), fresh.stderr());
    for (String part : List.of("outcomes", "failures")) {
      assertEquals(
          report("fresh.report.json").path(part), report("killed.report.json").path(part), part);
    }
    assertEquals(timeless("killed.jsonl"), timeless("fresh.jsonl"));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of(),
          left.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".partial")).toList());
    }
  }

  private void fails(String place) {
    web.on(place, e -> LocalWeb.send(e, 500, "text/html", "broken"));
  }

  private String timeless(String file) throws IOException {
    return Files.readString(folder.resolve(file))
        .replaceAll("\"fetched_at\":\"[^\"]*\"", "\"fetched_at\":\"…\"");
  }

  @Test
  void ctrlCStopsAtOnceAndTheNextRunGoesOn() throws IOException {
    for (int i = 0; i < 30; i++) {
      document("site.example/p" + i);
    }
    delay = "300ms";
    try (Running running = cp.start(words("out.jsonl"))) {
      running.await(() -> web.visits().size() >= 3, "three visits");
      long start = System.nanoTime();
      running.signal("INT");
      Result result = running.await();
      assertEquals(130, result.exitCode(), result.stderr());
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(time.compareTo(Duration.ofSeconds(1)) < 0, time::toString);
    }
    assertFalse(Files.exists(folder.resolve("out.jsonl")));
    delay = "1ms";
    Result end = cp.run(words("out.jsonl"));
    assertEquals(0, end.exitCode(), end.stderr());
    assertEquals(new ArrayList<>(sources("out.jsonl")), urls);
  }

  @Test
  void aDryRunAsksOnlyWhatMayBeFetched() throws IOException {
    document("site.example/a");
    robots("site.example", "User-agent: *\nDisallow: /b\n");
    urls.add(web.url("site.example/b"));
    reserve("site.example", "/c");
    urls.add(web.url("site.example/c"));
    Result result = cp.run(words("out.jsonl", "--dry-run", "--json"));
    assertEquals(0, result.exitCode(), result.stderr());
    JsonNode pages = JSON.readTree(result.stdout()).path("pages");
    assertEquals("fetch", pages.at("/0/state").asText());
    assertEquals("forbidden", pages.at("/1/state").asText());
    assertEquals("forbidden", pages.at("/2/state").asText());
    assertEquals(List.of("/robots.txt", TDM_FILE), web.visits().stream().map(Visit::path).toList());
    assertFalse(Files.exists(folder.resolve("out.jsonl")));
  }

  @Test
  void thisMachineIsNotReachedUnlessItIsNamed() throws IOException {
    web.page("127.0.0.1/a", page("insidejob"));
    Files.writeString(folder.resolve("u.txt"), web.url("127.0.0.1/a") + "\n");
    Result result = cp.run("train", "data", "--urls", "u.txt", "--out", "o.jsonl");
    assertEquals(1, result.exitCode(), result.stderr());
    assertEquals(
        1, report("o.report.json").at("/outcomes/private_address").asInt(), result.stdout());
    assertEquals(List.of(), web.visits());
    assertFalse(Files.exists(folder.resolve("o.jsonl")));
  }

  @Test
  void theDocumentationOfARepositoryAndFilesBesideIt() throws IOException {
    Path notes = Files.createDirectories(folder.resolve("notes/more"));
    Files.writeString(notes.resolve("n.md"), "# Notes\n\n" + WORDS.formatted("note", "all"));
    Path docs = Files.createDirectories(folder.resolve("origin/docs"));
    Files.writeString(docs.resolve("a.md"), "# First\n\n" + WORDS.formatted("first", "all"));
    Files.writeString(docs.resolveSibling("b.md"), "# No\n\n" + WORDS.formatted("no", "all"));
    Result git =
        Cli.shell(folder)
            .run(
                "cd origin && git init -q -b main && git add . && git -c user.name=t"
                    + " -c user.email=t@example.org commit -q --no-gpg-sign -m first");
    assumeTrue(git.exitCode() == 0, "git is needed: " + git.stderr());
    String url = folder.resolve("origin").toUri().toString();
    List<String> words =
        List.of("train", "data", "--path", "notes", "--repo", url, "--min-chars", "50");
    for (String out : List.of("first.jsonl", "second.jsonl")) {
      List<String> all = new ArrayList<>(words);
      all.addAll(List.of("--out", out, "--near-duplicates", "1"));
      Result result = cp.run(all.toArray(String[]::new));
      assertEquals(0, result.exitCode(), result.stderr());
      assertEquals(Set.of("more/n.md", url + "#docs/a.md"), sources(out));
      // The second run has its pages from the clone in the cache.
      Files.move(folder.resolve("origin"), folder.resolve("gone-" + out));
      Files.createDirectories(folder.resolve("origin"));
    }
    assertEquals(-1, Files.mismatch(folder.resolve("first.jsonl"), folder.resolve("second.jsonl")));
    List<String> anew = new ArrayList<>(words);
    anew.addAll(List.of("--out", "third.jsonl", "--refresh"));
    Result result = cp.run(anew.toArray(String[]::new));
    assertEquals(6, result.exitCode(), result.stderr());
    assertFalse(Files.exists(folder.resolve("third.jsonl")));
  }

  private List<String> texts(String file) throws IOException {
    List<String> texts = new ArrayList<>();
    for (JsonNode line : lines(file)) {
      JsonNode turns = line.path("messages");
      texts.add(turns.get(turns.size() - 1).path("content").asText());
    }
    return texts;
  }

  @Test
  void aPdfHasOneTextHoweverItIsRead() throws IOException {
    Path docs = Files.createDirectories(folder.resolve("docs"));
    Files.write(docs.resolve("manual.pdf"), manual("kettle"));
    web.page("odd.example/manual.pdf", "application/pdf", manual("kettle"));
    urls.add(web.url("odd.example/manual.pdf"));
    String[] of = {"train", "data", "--path", "docs", "--min-chars", "50", "--out", "docs.jsonl"};
    assertEquals(0, cp.run(of).exitCode());
    assertEquals(0, cp.run(words("web.jsonl")).exitCode());
    String text =
        """
        # The kettle

        This manual explains how a kettle is filled, heated and emptied, and it does so in two \
        lines that are one paragraph.
        """;
    assertEquals(List.of(text.strip()), texts("docs.jsonl"));
    assertEquals(List.of(text.strip()), texts("web.jsonl"));
    assertEquals(Result.done(text), cp.run("train", "extract", "docs/manual.pdf", "-q"));
    String host = "odd.example";
    Result fetched =
        cp.run(
            "train",
            "extract",
            web.url("odd.example/manual.pdf"),
            "--resolve",
            "%s:%d:127.0.0.1".formatted(host, web.port()),
            "--allow-private",
            host);
    assertEquals(Result.done(text), fetched);
    Files.write(docs.resolve("broken.pdf"), "%PDF-1.7".getBytes(StandardCharsets.UTF_8));
    Result both = cp.run("train", "extract", "docs", "--ndjson");
    assertTrue(both.exitCode() > 1, both::toString);
    List<JsonNode> rows = new ArrayList<>();
    for (String line : both.stdout().lines().toList()) {
      rows.add(JSON.readTree(line));
    }
    assertTrue(
        rows.getFirst().path("error").asText().startsWith("docs/broken.pdf: cannot be read"),
        rows::toString);
    assertEquals(text.strip(), rows.getLast().path("markdown").asText().strip());
  }

  /// What somebody gets who has taken the optional library out.
  @Test
  void withoutPdfBoxAllElseWorksAndPdfsAreCounted() throws IOException {
    Path home = Distribution.copy(temporary.resolve("program"));
    int removed = 0;
    try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
      for (Path jar : jars.toList()) {
        if (jar.getFileName().toString().matches("(pdfbox|fontbox).*[.]jar")) {
          Files.delete(jar);
          removed++;
        }
      }
    }
    assertTrue(removed >= 2, "jars: " + removed);
    Path docs = Files.createDirectories(folder.resolve("docs"));
    Files.write(docs.resolve("manual.pdf"), manual("kettle"));
    Files.writeString(docs.resolve("n.md"), "# Notes\n\n" + WORDS.formatted("note", "all"));
    Cli without = cp.withProgram(home.resolve("bin/cp"));
    Result result =
        without.run("train", "data", "--path", "docs", "--min-chars", "50", "--out", "o.jsonl");
    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(Set.of("n.md"), sources("o.jsonl"));
    assertEquals(
        JSON.readTree("{\"document\": 1, \"pdf\": 1}"), report("o.report.json").path("outcomes"));
    String why = "a PDF, and PDFBox, which reads them, is not installed";
    assertEquals(why, report("o.report.json").at("/failures/0/reason").asText());
    assertTrue(result.stdout().contains("left out: " + why + "  1\n"), result.stdout());
    Result extract = without.run("train", "extract", "docs/manual.pdf");
    assertTrue(extract.exitCode() != 0, extract::toString);
    assertTrue(
        extract.stderr().startsWith("error: docs/manual.pdf: " + why + "\n"), extract.stderr());
    assertEquals("", extract.stdout());
  }

  @Test
  void theReportAsJsonIsOneDocument() throws IOException {
    Path docs = Files.createDirectories(folder.resolve("docs"));
    Files.writeString(docs.resolve("n.md"), "# Notes\n\n" + WORDS.formatted("note", "all"));
    Files.writeString(docs.resolve("short.md"), "# Short\n");
    Result result =
        cp.run(
            "train",
            "data",
            "--path",
            "docs",
            "--min-chars",
            "50",
            "--out",
            "o.jsonl",
            "--json",
            "-q");
    assertEquals(
        Result.done(
            """
            {
              "path": "o.jsonl",
              "files": [
                "o.card.md",
                "o.jsonl",
                "o.left-out.jsonl",
                "o.report.json"
              ],
              "sources": [
                {
                  "kind": "path",
                  "name": "docs",
                  "pages": 2,
                  "documents": 2
                }
              ],
              "pages": 2,
              "documents": 2,
              "from_cache": 0,
              "requests": 0,
              "outcomes": {
                "document": 2
              },
              "failures": [ ],
              "examples": 1,
              "validation_examples": 0,
              "documents_left_out": {
                "short": 1
              },
              "left_out": { }
            }
            """),
        result);
  }

  @Test
  void maskedKeysAreInNoFileOfTheDataset() throws IOException {
    String key = "k3yk3yk3yk3y99";
    document("site.example/a");
    for (String place : List.of("/gone?api_key=", "/moved?token=")) {
      urls.add(web.url("site.example" + place) + key);
    }
    web.redirect("site.example/moved", "/gone?access_token=" + key);
    Result result = cp.run(words("out.jsonl", "--mask", "secrets"));
    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(2, report("out.report.json").path("failures").size(), result.stdout());
    assertTrue(
        report("out.report.json").at("/failures/0/place").asText().endsWith("?api_key=[secret]"),
        result.stdout());
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("out.")).toList()) {
        String text = Files.readString(file);
        assertFalse(text.contains(key), file + "\n" + text);
      }
    }
    assertFalse(result.stdout().contains(key), result.stdout());
  }

  @Test
  void withoutASourceTheUserIsToldWhichThereAre() {
    Result result = cp.run("train", "data", "--out", "o.jsonl");
    assertEquals(
        Result.failed(
            2,
            """
            error: no source of pages is named
            hint: --query searches the web; --urls, --sitemap, --warc, --path and --repo need no search
            """),
        result);
  }
}
