package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `-` in place of a file.
final class StandardInputTest {
  private static final String EXAMPLE =
      """
      {"messages": [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]}
      """;

  @TempDir Path folder;
  private Cli cp = Cli.cp(Path.of("."));
  private Path scratch = Path.of("");

  @BeforeEach
  void prepare() throws IOException {
    scratch = Files.createDirectory(folder.resolve("scratch"));
    cp = Cli.cp(folder).env("COMPUTEPOOL_JAVA_OPTS", "-Djava.io.tmpdir=" + scratch);
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.list(scratch)) {
      assertEquals(List.of(), files.filter(f -> f.toString().endsWith(".in")).toList());
    }
  }

  @Test
  void aPageThatIsPipedInIsReadLikeItsFile() throws IOException {
    String html = WebCrawl.page("kettles");
    Files.writeString(folder.resolve("page.html"), html);
    Result ofFile = cp.run("train", "extract", "page.html");
    assertEquals(0, ofFile.exitCode(), ofFile.stderr());
    assertEquals(ofFile, cp.stdin(html).run("train", "extract", "-"));
    assertEquals(
        Result.done("# Tea\n\n- one\n"),
        cp.stdin("# Tea\n\n- one\n").run("train", "extract", "-", "-q"));
    Result line = cp.stdin(html).run("train", "extract", "-", "--ndjson");
    assertTrue(
        line.stdout().startsWith("{\"id\":\"-\",\"source\":\"standard input\","), line.stdout());
    Result twice = cp.stdin(html).run("train", "extract", "-", "-");
    assertEquals(Result.failed(2, "error: standard input can be read once only\n"), twice);
    Result broken = cp.stdin("\0\0\0").run("train", "extract", "-");
    assertEquals(2, broken.exitCode(), broken.stderr());
    assertTrue(broken.stderr().startsWith("error: standard input: "), broken.stderr());
  }

  @Test
  void aDatasetThatIsPipedInIsChecked() throws IOException {
    Result good = cp.stdin(EXAMPLE).run("train", "check", "-", "--json");
    assertEquals(0, good.exitCode(), good.stderr());
    assertTrue(good.stdout().contains("\"path\": \"standard input\""), good.stdout());
    Result array = cp.stdin("[]").run("train", "check", "-");
    assertEquals(
        Result.failed(
            2,
            "error: standard input at line 1: a JSON array; a dataset has one object on each line"
                + " (jq -c '.[]')\n"),
        array);
    assertEquals(
        Result.failed(
            2,
            """
            error: --fix cannot write to standard input
            hint: -o FILE names what is to be written
            """),
        cp.stdin(EXAMPLE).run("train", "check", "-", "--fix"));
    Result fixed =
        cp.stdin(EXAMPLE + EXAMPLE).run("train", "check", "-", "--fix", "-o", "clean.jsonl");
    assertEquals(0, fixed.exitCode(), fixed.stderr());
    assertEquals(EXAMPLE, Files.readString(folder.resolve("clean.jsonl")));
    assertNothingIsLeft();
  }

  @Test
  void aDatasetThatIsPipedInIsWrittenInAnotherFormat() throws IOException {
    Result result =
        cp.stdin(EXAMPLE).run("train", "format", "-", "-o", "out.jsonl", "--to", "alpaca");
    assertEquals(0, result.exitCode(), result.stderr());
    assertTrue(result.stdout().contains("standard input (chatml)"), result.stdout());
    assertEquals(
        "{\"instruction\":\"2 + 2?\",\"output\":\"4\"}\n",
        Files.readString(folder.resolve("out.jsonl")).replace("\"input\":\"\",", ""));
    assertNothingIsLeft();
  }
}
