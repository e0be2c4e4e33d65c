package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `cp train data` makes of files, repositories and PDFs, and what it tells of them.
final class TrainDataSourcesTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path temporary;
  private WebCrawl crawl;

  @BeforeEach
  void open() throws IOException {
    crawl = new WebCrawl(temporary);
  }

  @AfterEach
  void close() {
    crawl.close();
  }

  @Test
  void theDocumentationOfARepositoryAndFilesBesideIt() throws IOException {
    Path notes = Files.createDirectories(crawl.folder().resolve("notes/more"));
    Files.writeString(
        notes.resolve("n.md"), "# Notes\n\n" + WebCrawl.WORDS.formatted("note", "all"));
    Path docs = Files.createDirectories(crawl.folder().resolve("origin/docs"));
    Files.writeString(
        docs.resolve("a.md"), "# First\n\n" + WebCrawl.WORDS.formatted("first", "all"));
    Files.writeString(
        docs.resolveSibling("b.md"), "# No\n\n" + WebCrawl.WORDS.formatted("no", "all"));
    Result git =
        Cli.shell(crawl.folder())
            .run(
                "cd origin && git init -q -b main && git add . && git -c user.name=t"
                    + " -c user.email=t@example.org commit -q --no-gpg-sign -m first");
    assumeTrue(git.exitCode() == 0, "git is needed: " + git.stderr());
    Result folder =
        crawl.cp().run("train", "data", "--repo", "origin", "--min-chars", "50", "-o", "o.jsonl");
    assertEquals(0, folder.exitCode(), folder.stderr());
    String url = crawl.folder().resolve("origin").toUri().toString();
    assertEquals(Set.of(url + "#docs/a.md"), crawl.sources("o.jsonl"));
    List<String> words =
        List.of("train", "data", "--path", "notes", "--repo", url, "--min-chars", "50");
    for (String out : List.of("first.jsonl", "second.jsonl")) {
      List<String> all = new ArrayList<>(words);
      all.addAll(List.of("--out", out, "--near-duplicates", "1"));
      Result result = crawl.cp().run(all.toArray(String[]::new));
      assertEquals(0, result.exitCode(), result.stderr());
      assertEquals(Set.of("more/n.md", url + "#docs/a.md"), crawl.sources(out));
      // The second run has its pages from the clone in the cache.
      Files.move(crawl.folder().resolve("origin"), crawl.folder().resolve("gone-" + out));
      Files.createDirectories(crawl.folder().resolve("origin"));
    }
    assertEquals(
        -1,
        Files.mismatch(
            crawl.folder().resolve("first.jsonl"), crawl.folder().resolve("second.jsonl")));
    List<String> anew = new ArrayList<>(words);
    anew.addAll(List.of("--out", "third.jsonl", "--refresh"));
    Result result = crawl.cp().run(anew.toArray(String[]::new));
    assertEquals(4, result.exitCode(), result.stderr());
    assertTrue(result.stderr().contains("not found: there is no git repository"), result.stderr());
    assertFalse(Files.exists(crawl.folder().resolve("third.jsonl")));
  }

  @Test
  void aPdfHasOneTextHoweverItIsRead() throws IOException {
    Path docs = Files.createDirectories(crawl.folder().resolve("docs"));
    Files.write(docs.resolve("manual.pdf"), WebCrawl.manual("kettle"));
    crawl.web().page("odd.example/manual.pdf", "application/pdf", WebCrawl.manual("kettle"));
    crawl.list("odd.example/manual.pdf");
    String[] of = {"train", "data", "--path", "docs", "--min-chars", "50", "--out", "docs.jsonl"};
    assertEquals(0, crawl.cp().run(of).exitCode());
    assertEquals(0, crawl.run("web.jsonl").exitCode());
    String text =
        """
        # The kettle

        This manual explains how a kettle is filled, heated and emptied, and it does so in two \
        lines that are one paragraph.
        """;
    assertEquals(List.of(text.strip()), crawl.texts("docs.jsonl"));
    assertEquals(List.of(text.strip()), crawl.texts("web.jsonl"));
    assertEquals(Result.done(text), crawl.cp().run("train", "extract", "docs/manual.pdf", "-q"));
    String host = "odd.example";
    Result fetched =
        crawl
            .cp()
            .run(
                "train",
                "extract",
                crawl.web().url("odd.example/manual.pdf"),
                "--resolve",
                "%s:%d:127.0.0.1".formatted(host, crawl.web().port()),
                "--allow-private",
                host,
                "-q");
    assertEquals(Result.done(text), fetched);
    Files.write(docs.resolve("broken.pdf"), "%PDF-1.7".getBytes(StandardCharsets.UTF_8));
    Result both = crawl.cp().run("train", "extract", "docs", "--ndjson");
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
    Path docs = Files.createDirectories(crawl.folder().resolve("docs"));
    Files.write(docs.resolve("manual.pdf"), WebCrawl.manual("kettle"));
    Files.writeString(
        docs.resolve("n.md"), "# Notes\n\n" + WebCrawl.WORDS.formatted("note", "all"));
    Cli without = crawl.cp().withProgram(home.resolve("bin/cp"));
    Result result =
        without.run("train", "data", "--path", "docs", "--min-chars", "50", "--out", "o.jsonl");
    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(Set.of("n.md"), crawl.sources("o.jsonl"));
    assertEquals(
        JSON.readTree("{\"document\": 1, \"pdf\": 1}"),
        crawl.report("o.report.json").path("outcomes"));
    String why = "a PDF, and PDFBox, which reads them, is not installed";
    assertEquals(why, crawl.report("o.report.json").at("/failures/0/reason").asText());
    assertTrue(result.stdout().contains("left out: " + why + "  1\n"), result.stdout());
    Result extract = without.run("train", "extract", "docs/manual.pdf");
    assertTrue(extract.exitCode() != 0, extract::toString);
    assertTrue(
        extract.stderr().startsWith("error: docs/manual.pdf: " + why + "\n"), extract.stderr());
    assertEquals("", extract.stdout());
  }

  @Test
  void theReportAsJsonIsOneDocument() throws IOException {
    Path docs = Files.createDirectories(crawl.folder().resolve("docs"));
    Files.writeString(
        docs.resolve("n.md"), "# Notes\n\n" + WebCrawl.WORDS.formatted("note", "all"));
    Files.writeString(docs.resolve("short.md"), "# Short\n");
    Result result =
        crawl
            .cp()
            .run(
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
    crawl.document("site.example/a");
    for (String place : List.of("/gone?api_key=", "/moved?token=")) {
      crawl.list("site.example" + place + key);
    }
    crawl.web().redirect("site.example/moved", "/gone?access_token=" + key);
    Result result = crawl.run("out.jsonl", "--mask", "secrets");
    assertEquals(0, result.exitCode(), result.stderr());
    assertEquals(2, crawl.report("out.report.json").path("failures").size(), result.stdout());
    assertTrue(
        crawl
            .report("out.report.json")
            .at("/failures/0/place")
            .asText()
            .endsWith("?api_key=[secret]"),
        result.stdout());
    try (Stream<Path> files = Files.list(crawl.folder())) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("out.")).toList()) {
        String text = Files.readString(file);
        assertFalse(text.contains(key), file + "\n" + text);
      }
    }
    assertFalse(result.stdout().contains(key), result.stdout());
    for (String[] more :
        List.of(new String[] {"-n", "--mask=secrets"}, new String[] {"-v", "--mask", "secrets"})) {
      Result told = crawl.run("more.jsonl", more);
      assertEquals(0, told.exitCode(), told.stderr());
      String all = told.stdout() + told.stderr();
      assertTrue(all.contains("?api_key=[secret]"), all);
      assertFalse(all.contains(key), all);
    }
  }

  @Test
  void whatIsNoAddressIsNotTakenForAFile() {
    assertEquals(
        Result.failed(2, "error: 'ftp://a.example/b' is no http or https URL\n"),
        crawl.cp().run("train", "extract", "ftp://a.example/b"));
    assertEquals(
        Result.failed(4, "error: no such file or folder: nowhere\n"),
        crawl.cp().run("train", "data", "--repo", "nowhere", "-o", "o.jsonl"));
    assertEquals(
        Result.failed(
            1,
            """
            error: http://127.0.0.1/a: its address is not public, 127.0.0.1 is not a public address
            hint: --allow-private HOST allows it for hosts that you trust
            """),
        crawl.cp().run("train", "extract", "http://127.0.0.1/a"));
  }
}
