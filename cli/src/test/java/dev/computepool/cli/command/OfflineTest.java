package dev.computepool.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.cli.CliRunner;
import dev.computepool.cli.CliRunner.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With `--offline` nobody is asked, whoever it is that could be.
class OfflineTest {
  @TempDir Path folder;

  @Test
  void aPageThatIsNotKeptIsNotFetched() {
    assertEquals(
        new Result(
            6,
            "",
            """
            error: http://127.0.0.1:9/: not in the cache
            hint: without --offline it is fetched
            """),
        new CliRunner(folder).run("train", "extract", "http://127.0.0.1:9/", "--offline"));
  }

  @Test
  void aModelIsNotAskedForQuestions() throws IOException {
    Path docs = Files.createDirectory(folder.resolve("docs"));
    Files.writeString(docs.resolve("a.md"), "# Timers\n\n" + "A timer starts a task. ".repeat(40));
    Result result =
        new CliRunner(folder)
            .run(
                "train",
                "data",
                "--offline",
                "--path",
                docs.toString(),
                "--ask",
                "http://127.0.0.1:9/v1",
                "--out",
                folder.resolve("a.jsonl").toString());
    assertEquals(6, result.code(), result.stderr());
    assertTrue(
        result
            .stderr()
            .contains(
                "error: http://127.0.0.1:9/v1/chat/completions: it was not asked this before, and"
                    + " the network is not to be used\n"),
        result.stderr());
  }
}
