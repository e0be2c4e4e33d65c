package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp quickstart`: the whole pipeline, from pages to a model that speaks of them.
final class TourTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path temporary;

  private Path file(String name) {
    return temporary.resolve("computepool-quickstart").resolve(name);
  }

  @Test
  void fromPagesToAModelThatSpeaksOfThem() throws IOException {
    Path lib = Project.DISTRIBUTION.resolve("lib");
    assumeTrue(
        Files.isDirectory(lib.resolve("torch")) && Files.isDirectory(lib.resolve("llama")),
        "this build lacks PyTorch's library or llama.cpp's: the whole tour is not tested");
    Result tour = Cli.cp(temporary).timeout(Duration.ofMinutes(10)).run("quickstart");
    assertEquals(0, tour.exitCode(), tour.stderr());
    aDatasetOfASite(tour);

    assertTrue(
        tour.stdout().contains(" quantize computepool-quickstart/tiny.gguf "), tour.stdout());
    assertTrue(tour.stdout().contains("\nOnce upon a time"), tour.stdout());
    assertEquals(
        Result.done("7\n"),
        Cli.cp(temporary)
            .run("gguf", "get", file("tiny-Q8_0.gguf").toString(), "general.file_type"));

    // Of 693 tokens none is likelier than another at first: a loss of ln 693.
    assertEquals(6.54, first("reader", "metrics.jsonl", "loss"), 0.6);
    assertTrue(best("reader") < 1.2, "validation loss " + best("reader"));
    double before = first("answers", "metrics.jsonl", "loss");
    assertTrue(best("answers") < 0.8 * before, before + ", then " + best("answers"));
    // Every page about a command says this in a sentence of its own.
    String said = tour.stdout().substring(tour.stdout().indexOf("# And ask it: "));
    assertTrue(said.contains("\n## Options\n\nThe option `--"), said);
    assertTrue(said.contains(" is used. A value that is not a number is an error: `kettle "), said);
    itIsPublished(tour, said);
  }

  /// What came back from the registry, asked through the template that Ollama was given, says the
  /// same; the tour itself fails where it does not.
  private void itIsPublished(Result tour, String said) throws IOException {
    String back = tour.stdout().substring(tour.stdout().indexOf("# Ask what came back"));
    String answer = said.substring(said.indexOf("## Options"));
    assertTrue(back.contains(answer.substring(0, answer.indexOf("\n\n#"))), back);
    assertTrue(tour.stderr().contains("\nthe same, to the last character\n"), tour.stderr());
    assertTrue(
        tour.stderr().contains("\nollama: all is there, nothing has changed\n"), tour.stderr());
    for (String store : List.of("ollama", "pulled")) {
      try (Stream<Path> blobs = Files.list(file(store).resolve("blobs"))) {
        assertEquals(4, blobs.count(), store);
      }
    }
    String card = Files.readString(run("answers").resolve("publish/README.md"));
    assertTrue(card.contains("| examples in en | "), card);
    assertFalse(card.contains(temporary.toString()), card);
  }

  /// Of its pages one says the same as another, and one is not for crawlers.
  private void aDatasetOfASite(Result tour) throws IOException {
    assertTrue(tour.stdout().contains("left out: robots.txt forbids it    1\n"), tour.stdout());
    assertTrue(tour.stdout().contains("documents left out: duplicate      1\n"), tour.stdout());
    assertTrue(tour.stdout().contains("requests made                      0\n"), tour.stdout());
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(file("kettle.jsonl"))) {
      JsonNode turns = JSON.readTree(line).get("messages");
      texts.add(turns.get(turns.size() - 1).get("content").asText());
    }
    assertEquals(112, texts.size(), texts.toString());
    assertTrue(texts.getFirst().contains("```sh\ntar xzf kettle-2.1.tar.gz\n"), texts.toString());
    assertTrue(texts.get(3).contains("| `every` | seconds between two runs |"), texts.toString());
    for (String text : texts) {
      assertFalse(text.contains("cookies") || text.contains("Imprint"), text);
    }
  }

  private Path run(String name) throws IOException {
    try (Stream<Path> runs = Files.list(file(name).resolve("output"))) {
      return runs.filter(run -> run.getFileName().toString().startsWith("run-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private double first(String name, String file, String field) throws IOException {
    String line = Files.readAllLines(run(name).resolve(file)).getFirst();
    return JSON.readTree(line).get(field).asDouble();
  }

  private double best(String name) throws IOException {
    return JSON.readTree(run(name).resolve("run.json").toFile())
        .at("/best/eval_loss")
        .asDouble(Double.NaN);
  }

  /// Libraries that are not there are said to be so, and the rest of the tour goes on; neither a
  /// proxy nor a setting stands between it and its own servers.
  @Test
  void goesOnWithoutLibraries() throws IOException {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    String nothing = "-Dcomputepool.llama=%1$s -Dcomputepool.torch=%1$s".formatted(empty);
    Result tour =
        Cli.cp(temporary)
            .env("COMPUTEPOOL_JAVA_OPTS", nothing)
            .env("http_proxy", "http://127.0.0.1:9")
            .env("COMPUTEPOOL_OFFLINE", "true")
            .run("quickstart", "--no-keep", "--color=always");
    assertEquals(0, tour.exitCode(), tour.stderr());
    assertTrue(
        tour.stdout().contains("are left out: there is no llama.cpp library in "), tour.stdout());
    assertTrue(
        tour.stdout().contains("Training is left out: there is no PyTorch library in "),
        tour.stdout());
    assertTrue(tour.stdout().contains(" convert computepool-quickstart/base "), tour.stdout());
    assertTrue(
        tour.stdout().contains("\u001b[32mok        \u001b[0m  shard_000.bin"), "a step's colour");
    assertFalse(Files.exists(temporary.resolve("computepool-quickstart")));
  }
}
