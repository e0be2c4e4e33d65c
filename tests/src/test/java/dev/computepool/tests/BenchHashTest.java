package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp bench hash`: that it measures, not how fast this machine is.
final class BenchHashTest {
  @TempDir Path folder;

  @Test
  void measuresEachCaseInAProcessOfItsOwn() throws IOException {
    Files.write(folder.resolve("file"), new byte[100_000]);
    Result result =
        Cli.cp(folder)
            .run(
                "bench",
                "hash",
                "file",
                "--kernel",
                "lanes",
                "--threads",
                "1",
                "-r",
                "1",
                "--json");
    assertEquals(0, result.exitCode(), result.stderr());
    JsonNode report = new ObjectMapper().readTree(result.stdout());
    assertEquals("file", report.get("path").asText());
    assertEquals(100_000, report.get("bytes").asLong());
    JsonNode speed = report.get("speeds").get(0);
    assertEquals("blake3", speed.get("work").asText());
    assertEquals("lanes", speed.get("kernel").asText());
    assertTrue(speed.get("bytes_per_second").asLong() > 0, report.toString());
    assertEquals(1, report.get("speeds").size());
  }

  @Test
  void anInterruptEndsItAndTheProcessThatMeasures() throws IOException {
    Cli cp = Cli.cp(folder).env("TMPDIR", folder.toString());
    try (Running running = cp.start("bench", "hash", "--size", "1MiB")) {
      running.await(() -> !running.descendants().isEmpty(), "a process that measures");
      List<ProcessHandle> measuring = running.descendants();
      running.signal("INT");
      assertEquals(130, running.await().exitCode());
      Running.awaitEnd(measuring);
    }
  }

  @Test
  void refusesWhatCannotBeMeasured() throws IOException {
    Cli cp = Cli.cp(folder);
    assertEquals(4, cp.run("bench", "hash", "missing").exitCode());
    assertEquals(2, cp.run("bench", "hash", ".").exitCode());
    assertEquals(2, cp.run("bench", "hash", "-r", "0").exitCode());
    Files.createFile(folder.resolve("empty"));
    Result empty = cp.run("bench", "hash", "empty");
    assertEquals(2, empty.exitCode());
    assertEquals("error: empty is empty: there is nothing to measure\n", empty.stderr());
  }
}
