package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `cp train data` says to those who use it for the first time.
final class TrainDataMistakesTest {
  @TempDir Path folder;
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void prepare() throws IOException {
    cp = Cli.cp(folder);
    Files.createDirectory(folder.resolve("pages"));
    Files.writeString(folder.resolve("pages/a.html"), WebCrawl.page("kettles"));
    Files.writeString(folder.resolve("list.txt"), "http://127.0.0.1:9/a\n");
  }

  private Result run(String... words) {
    return cp.withArguments("train", "data", "--min-chars", "50").run(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--per-host 0 | the requests to a host at the same time are 0, not 1 or more",
        "--retries -1 | the retries are -1, not 0 or more",
        "--max-sitemaps 0 | the most sitemaps are 0, not 1 or more",
        "--max-pages 0 | the most pages are 0, not 1 or more",
        "--urls https://a.example/b | --urls: 'https://a.example/b' is an address, not a file",
        "--query tea --search bing | --search: 'bing' is none of valueserp, brave,",
        "--query tea --search searxng --search-url foo | --search-url: 'foo' is no http or https",
        "--repo git@a.example:b/c.git | 'git@a.example:b/c.git' is neither an http or https URL",
        // JGit would connect to it, whosever address that is.
        "--repo git://127.0.0.1:9/x | 'git://127.0.0.1:9/x' is neither an http or https URL nor",
        "--repo ssh://127.0.0.1:9/x | 'ssh://127.0.0.1:9/x' is neither an http or https URL nor",
      })
  void whatIsWrongIsNamed(String words, String told) {
    Result result = run((words + " --path pages -o out.jsonl").split(" "));
    assertEquals(2, result.exitCode(), result.stderr());
    assertTrue(result.stderr().startsWith("error: " + told), result.stderr());
    assertFalse(Files.exists(folder.resolve("out.jsonl")));
  }

  @Test
  void aDatasetNeedsAName() {
    assertEquals(
        Result.failed(2, "error: '' is no name of a file\n"), run("--path", "pages", "-o", ""));
    assertEquals(
        Result.failed(2, "error: '/' is no name of a file\n"), run("--path", "pages", "-o", "/"));
  }

  /// The first try of a stranger fails; the second must not fail for having been tried before.
  @Test
  void afterARunThatNothingCameOfTheNextNeedsNoForce() throws IOException {
    Result nothing = run("--urls", "list.txt", "-o", "out.jsonl");
    assertEquals(1, nothing.exitCode(), nothing.stderr());
    assertTrue(
        nothing
            .stderr()
            .contains(
                "warning: 1 page not asked for, whose addresses are not public; --allow-private"),
        nothing.stderr());
    Result language = run("--path", "pages", "--languages", "de", "-o", "out.jsonl");
    assertEquals(1, language.exitCode(), language.stderr());
    assertTrue(language.stdout().contains("documents left out: language  1\n"), language.stdout());
    assertEquals(0, run("--path", "pages", "-o", "out.jsonl").exitCode());
    // Now there is something to lose, and a report without its dataset is one of something.
    Result third = run("--path", "pages", "-o", "out.jsonl");
    assertEquals(2, third.exitCode(), third.stderr());
    assertTrue(third.stderr().startsWith("error: out.jsonl exists already\n"), third.stderr());
    Files.delete(folder.resolve("out.jsonl"));
    Files.delete(folder.resolve("out.left-out.jsonl"));
    Files.delete(folder.resolve("out.card.md"));
    Result fourth = run("--path", "pages", "-o", "out.jsonl");
    assertTrue(
        fourth.stderr().startsWith("error: out.report.json exists already\n"), fourth.stderr());
    Files.writeString(folder.resolve("out.report.json"), "mine");
    assertEquals(2, run("--path", "pages", "-o", "out.jsonl").exitCode());
  }
}
