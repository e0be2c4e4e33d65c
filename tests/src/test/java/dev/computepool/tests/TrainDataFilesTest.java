package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp train check` and `cp train format` on good files, broken ones, huge ones, killed and without
/// room; and the dataset of the tour.
class TrainDataFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Cli cp;

  @BeforeEach
  void open() {
    cp = Cli.cp(folder);
  }

  private static String line(String user, String assistant) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"},{\"role\":\"assistant\",\"content\":\"%s\"}]}\n"
        .formatted(user, assistant);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path big(String name, int lines) throws IOException {
    Path file = folder.resolve(name);
    String words = "word ".repeat(40);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < lines; i++) {
        out.write(line("question " + i, words + i));
      }
    }
    return file;
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void tellsWhatIsInAGoodFile() throws IOException {
    write("d.jsonl", line("a", "bc") + line("d", "ef"));
    Result result = cp.run("train", "check", "d.jsonl", "-q");
    assertEquals(
        Result.done(
            """
            format      chatml
            lines       2
            examples    2
            turns       2 assistant, 2 user
            characters  6 in all; an example has 3 to 3, half have up to 3, 95% up to 3
            """),
        result);
  }

  @Test
  void aFolderIsNoFile() throws IOException {
    Files.createDirectory(folder.resolve("d"));
    Result folder = Result.failed(2, "error: d: is a folder, not a file\n");
    assertEquals(folder, cp.run("train", "check", "d"));
    assertEquals(folder, cp.run("train", "format", "d", "--to", "alpaca", "-o", "o.jsonl"));
    String[] data = {"train", "data", "-o", "o.jsonl"};
    for (String[] more :
        List.of(
            new String[] {"--urls", "d"},
            new String[] {"--warc", "d"},
            new String[] {"--path", "d", "--decontaminate", "d"})) {
      List<String> words = new ArrayList<>(List.of(data));
      words.addAll(List.of(more));
      assertEquals(folder, cp.run(words.toArray(String[]::new)), words.toString());
    }
    assertEquals(List.of("d"), files());
  }

  @Test
  void tellsEveryProblemAndExitsWithTwo() throws IOException {
    write("d.jsonl", line("a", "b") + "{\"messages\":[\n" + line("a", "b") + line("c", " "));
    Result result = cp.run("train", "check", "d.jsonl", "--json");
    assertEquals(2, result.exitCode());
    JsonNode report = JSON.readTree(result.stdout());
    assertEquals(false, report.path("ok").booleanValue());
    assertEquals(3, report.path("problem_count").longValue());
    assertEquals(
        JSON.readTree(
            """
            [{"line": 2, "column": 14, "kind": "syntax",
              "what": "the line ends in the middle of its JSON", "fixable": false},
             {"line": 3, "column": 1, "kind": "duplicate",
              "what": "the same as line 1", "fixable": true},
             {"line": 4, "column": 44, "kind": "empty",
              "what": "the assistant says nothing", "fixable": false}]
            """),
        report.path("problems"));
  }

  @Test
  void nearCopiesAreToldIfTheyAreAskedFor() throws IOException {
    String text = "A kettle boils water with a coil at its bottom and whistles when it is hot. ";
    String first = line("How?", text.repeat(3) + "That is all there is to say about kettles here");
    String near = line("How?", text.repeat(3) + "That is all there is to say about kettles now");
    write("d.jsonl", first + near);
    assertEquals(0, cp.run("train", "check", "d.jsonl").exitCode());
    Result result = cp.run("train", "check", "d.jsonl", "--near-duplicates", "--json");
    assertEquals(2, result.exitCode(), result.stderr());
    JsonNode problem = JSON.readTree(result.stdout()).at("/problems/0");
    assertEquals("near_duplicate", problem.path("kind").asText(), result.stdout());
    assertEquals(2, problem.path("line").asInt());
    assertEquals(
        2, cp.run("train", "check", "d.jsonl", "--near-duplicates", "0.2").exitCode(), "too low");
    Result fixed = cp.run("train", "check", "d.jsonl", "--near-duplicates", "0.7", "--fix");
    assertEquals(0, fixed.exitCode(), fixed.stderr());
    assertEquals(first, Files.readString(folder.resolve("d.jsonl")));
  }

  @Test
  void everyTruncationOfALineIsFound() throws IOException {
    String whole = line("größer?", "a \\\"b\\\" \\u00e9").strip();
    byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("d.jsonl");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(line("x", "y").getBytes(StandardCharsets.UTF_8));
      for (int length = 1; length < bytes.length; length++) {
        out.write(bytes, 0, length);
        out.write('\n');
      }
    }
    Result result = cp.run("train", "check", "d.jsonl", "--json");
    assertEquals(2, result.exitCode(), result.stderr());
    JsonNode report = JSON.readTree(result.stdout());
    long[] lines = new long[bytes.length - 1];
    Arrays.setAll(lines, i -> i + 2);
    long[] found =
        report.path("problems").findValues("line").stream()
            .mapToLong(JsonNode::longValue)
            .distinct()
            .toArray();
    assertArrayEquals(lines, found);
  }

  @Test
  void fixesInPlaceAndSaysWhat() throws IOException {
    Path file = write("d.jsonl", "\ufeff" + line("a", "b\\u0000").replace("\n", "\r\n") + "\n");
    Result result = cp.run("train", "check", "d.jsonl", "--fix", "-q");
    assertEquals(0, result.exitCode(), result.stderr());
    assertTrue(
        result.stdout().contains("put right   1 blank, 1 character, 1 encoding, 1 line_end\n"),
        result.stdout());
    assertEquals(line("a", "b"), Files.readString(file));
    assertEquals(0, cp.run("train", "check", "d.jsonl").exitCode());
    assertEquals(List.of("d.jsonl"), files());
  }

  @Test
  void formatGoesThereAndBack() throws IOException {
    Path file = write("d.jsonl", line("a", "b").replace("]}", "],\"meta\":{\"n\":1.0}}"));
    for (String format : List.of("alpaca", "sharegpt", "text", "ChatML")) {
      Result result =
          cp.run("train", "format", "d.jsonl", "-o", "out", "--to", format, "--force", "-q");
      assertEquals(0, result.exitCode(), result.stderr());
    }
    assertEquals(Files.readString(file), Files.readString(folder.resolve("out")));
    assertEquals(2, cp.run("train", "format", "d.jsonl", "-o", "out", "--to", "text").exitCode());
  }

  @Test
  void whatCannotBeSaidIsNamedAndNothingIsWritten() throws IOException {
    write("d.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    assertEquals(
        Result.failed(
            2,
            """
            error: d.jsonl at line 1: it is a text without turns, and chatml has nothing but turns (and 1 more problem)
            cause: line 1: it is a text without turns, and chatml has nothing but turns
            cause: line 2: it is a text without turns, and chatml has nothing but turns
            """),
        cp.run("train", "format", "d.jsonl", "-o", "out", "--to", "chatml"));
    assertEquals(List.of("d.jsonl"), files());
  }

  @Test
  void aClosedPipeIsNoFailure() throws IOException {
    StringBuilder text = new StringBuilder(line("a", "b"));
    for (int i = 0; i < 5000; i++) {
      text.append("{}\n");
    }
    write("d.jsonl", text.toString());
    Result result =
        Cli.shell(folder).run("cp train check d.jsonl -q --json | head -1; echo ${PIPESTATUS-}");
    assertEquals(new Result(0, "{\n\n", ""), result);
  }

  @Test
  void aLineLongerThanMemoryIsPassedOver() throws IOException {
    Path file = folder.resolve("d.jsonl");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(line("a", "b").getBytes(StandardCharsets.UTF_8));
      byte[] much = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 600; i++) {
        out.write(much);
      }
    }
    Result result =
        cp.env("COMPUTEPOOL_JAVA_OPTS", "-Xmx160m").run("train", "check", "d.jsonl", "-q");
    assertEquals(2, result.exitCode(), result.stderr());
    assertTrue(
        result.stdout().startsWith("problem  line 2, column 1: the line has 629145600 bytes"),
        result.stdout());
  }

  @Test
  void killedAnywhereItLeavesTheOldFileOrTheNew() throws IOException {
    Path file = big("d.jsonl", 60_000);
    Files.writeString(file, "\n", StandardOpenOption.APPEND);
    byte[] before = Files.readAllBytes(file);
    byte[] after = Arrays.copyOf(before, before.length - 1);
    Kills.spread(
        6,
        () -> {
          rewrite(file, before);
          return cp.start("train", "check", "d.jsonl", "--fix");
        },
        share -> {
          byte[] now = read(file);
          assertTrue(Arrays.equals(before, now) || Arrays.equals(after, now), "killed at " + share);
        });
    rewrite(file, before);
    assertEquals(0, cp.run("train", "check", "d.jsonl", "--fix").exitCode());
    assertArrayEquals(after, Files.readAllBytes(file));
    assertEquals(List.of("d.jsonl"), files());
  }

  private static void rewrite(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFullDiskIsToldBeforeAnythingIsWritten() throws IOException {
    Path file = big("d.jsonl", 20_000);
    Path disk = Files.createDirectory(folder.resolve("disk"));
    try (Mounts _ = Mounts.small(disk, 1 << 20)) {
      Result result = cp.run("train", "format", "d.jsonl", "-o", "disk/out", "--to", "sharegpt");
      assertEquals(7, result.exitCode(), result.stderr());
      result = cp.run("train", "check", file.toString(), "--fix", "-o", "disk/out");
      assertEquals(7, result.exitCode(), result.stderr());
      try (Stream<Path> left = Files.list(disk)) {
        assertFalse(left.findAny().isPresent());
      }
    }
  }

  @Test
  void wrongUseIsExplained() throws IOException {
    write("d.jsonl", line("a", "b"));
    assertEquals(
        Result.failed(2, "error: a context needs a tokenizer to count its tokens\n"),
        cp.run("train", "check", "d.jsonl", "--context", "5"));
    assertEquals(4, cp.run("train", "check", "none.jsonl").exitCode());
    assertEquals(2, cp.run("train", "format", "d.jsonl", "-o", "x", "--to", "chatlm").exitCode());
    write("array.json", "[{\"messages\":[]}]");
    assertEquals(
        Result.failed(
            2,
            "error: array.json at line 1: a JSON array; a dataset has one object on each line (jq"
                + " -c '.[]')\n"),
        cp.run("train", "check", "array.json"));
  }
}
