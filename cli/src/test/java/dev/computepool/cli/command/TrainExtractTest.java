package dev.computepool.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.cli.CliRunner;
import dev.computepool.cli.CliRunner.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp train extract` as it is typed.
class TrainExtractTest {
  private static final String TEXT =
      "A paragraph that is long enough to be told from the labels that stand around it,"
          + " and then some.";

  @TempDir Path folder;

  @BeforeEach
  void writePages() throws IOException {
    Files.writeString(
        folder.resolve("b.html"),
        "<html lang=en><title>B</title><nav>Menu here</nav><h1>B</h1><p>" + TEXT + "</p>");
    Files.writeString(folder.resolve("a.html"), "%PDF-1.4");
  }

  private Result run(String... args) {
    return new CliRunner(folder).run(args);
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void onePageIsItsMarkdown() {
    assertEquals(new Result(0, TEXT + "\n", ""), run("train", "extract", at("b.html")));
  }

  @Test
  void moreDetailTellsWhatWasTakenOutAndWhy() {
    Result result = run("train", "extract", at("b.html"), "-v");
    assertEquals(TEXT + "\n", result.stdout());
    assertTrue(
        result.stderr().contains("took out  navigation: nav, 9 characters: Menu here"),
        result.stderr());
  }

  @Test
  void aFolderIsALineAPageInOrderAndAPageThatCannotBeReadHasAnError() throws Exception {
    Result result = run("train", "extract", folder.toString(), "--ndjson");
    assertEquals(2, result.code());
    List<String> lines = result.stdout().lines().toList();
    assertEquals(2, lines.size());
    JsonNode bad = new JsonMapper().readTree(lines.getFirst());
    assertEquals("a", bad.path("id").asText());
    assertEquals(at("a.html") + ": this is a PDF and not HTML", bad.path("error").asText());
    assertTrue(bad.path("markdown").isMissingNode());
    JsonNode good = new JsonMapper().readTree(lines.getLast());
    assertEquals(
        List.of("b", at("b.html"), "B", "en", TEXT + "\n"),
        List.of(
            good.path("id").asText(),
            good.path("source").asText(),
            good.path("title").asText(),
            good.path("language").asText(),
            good.path("markdown").asText()));
  }

  @Test
  void whatIsMissingIsNotFound() {
    Result result = run("train", "extract", at("c.html"));
    assertEquals(
        new Result(4, "", "error: no such file or folder: " + at("c.html") + "\n"), result);
  }

  @Test
  void aFolderWithoutPagesSaysWhatPagesAre() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Result result = run("train", "extract", empty.toString());
    assertEquals(4, result.code());
    assertTrue(
        result.stderr().contains("hint: pages in folders are recognised by"), result.stderr());
  }
}
