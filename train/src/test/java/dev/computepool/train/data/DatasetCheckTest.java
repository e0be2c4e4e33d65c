package dev.computepool.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.chat.LineFormat;
import dev.computepool.chat.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCheckTest {
  private static final CheckOptions OPTIONS = new CheckOptions(null, null, 0, 0, 2);

  @TempDir Path folder;

  private static String line(String user, String assistant) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"},{\"role\":\"assistant\",\"content\":\"%s\"}]}"
        .formatted(user, assistant);
  }

  private Path file(String text) throws IOException {
    return file(text.getBytes(StandardCharsets.UTF_8));
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("d.jsonl"), bytes);
  }

  private CheckReport check(String text) throws IOException {
    return DatasetCheck.run(file(text), OPTIONS, Progress.NONE);
  }

  private static List<String> findings(CheckReport report) {
    return report.findings().stream()
        .map(f -> "%d:%d %s %s".formatted(f.line(), f.column(), f.kind(), f.what()))
        .toList();
  }

  @Test
  void countsWhatIsThere() throws IOException {
    CheckReport report = check(line("a", "bcd") + "\n" + line("é😀", "x") + "\n");
    assertEquals(
        new CheckReport(
            LineFormat.CHATML,
            Files.size(folder.resolve("d.jsonl")),
            2,
            2,
            Map.of(Role.USER, 2L, Role.ASSISTANT, 2L),
            0,
            new Spread(7, 3, 3, 3, 4, 3.5),
            null,
            Map.of(),
            List.of(),
            Map.of()),
        report);
    assertTrue(report.isValid());
  }

  @Test
  void tellsEveryProblemWithItsPlace() throws IOException {
    CheckReport report =
        check(
            String.join(
                "\n",
                line("a", "b"),
                "{\"messages\":",
                "{\"messages\":[{\"role\":\"assistant\",\"content\":\"ä\"},{\"role\":\"user\",\"content\":\""
                    + " \"}]}",
                line("a", "b"),
                "",
                line("é\\u0000", "x") + "\r",
                line("1", "\\ud800"),
                "{\"messages\":[{\"role\":\"User\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"r\"}]}"));
    assertEquals(
        List.of(
            "2:13 SYNTAX the line ends in the middle of its JSON",
            "3:14 ORDER the assistant speaks before any user",
            "3:49 EMPTY the user says nothing",
            "3:49 ORDER the last turn is of the user, and the assistant's is what is learned",
            "4:1 DUPLICATE the same as line 1",
            "5:1 BLANK the line is blank",
            "6:41 CHARACTER the control character U+0000",
            "6:86 LINE_END the line ends with CR LF",
            "7:75 CHARACTER half a surrogate pair, U+D800",
            "8:22 ROLE 'User' is no role of this format; its roles are system, user, assistant,"
                + " tool"),
        findings(report));
    assertFalse(report.isValid());
  }

  @Test
  void fixesWhatItCanAndNothingElse() throws IOException {
    String odd =
        "{ \"x\": 1.50, \"messages\": [{\"role\":\"HUMAN\",\"content\":\"a\\u0007b\t\"},"
            + " {\"role\":\"gpt\",\"content\":\"c\"}]}";
    Path file = file("\ufeff" + odd + "\r\n\n" + line("a", "b") + "\n" + line("a", "b") + "\n{}\n");
    CheckReport report = DatasetCheck.fix(file, file, false, OPTIONS, Progress.NONE);
    assertEquals(
        "{ \"x\": 1.50, \"messages\": [{\"role\":\"user\",\"content\":\"ab\\t\"},"
            + " {\"role\":\"assistant\",\"content\":\"c\"}]}\n"
            + line("a", "b")
            + "\n{}\n",
        Files.readString(file));
    assertEquals(
        Map.of(
            Finding.Kind.ENCODING, 1L,
            Finding.Kind.LINE_END, 1L,
            Finding.Kind.CHARACTER, 2L,
            Finding.Kind.ROLE, 2L,
            Finding.Kind.BLANK, 1L,
            Finding.Kind.DUPLICATE, 1L),
        report.fixed());
    assertEquals(1, report.remaining());
    assertEquals(
        List.of("3:1 SCHEMA there is no 'messages'"),
        findings(DatasetCheck.run(file, OPTIONS, Progress.NONE)));
  }

  @Test
  void columnsStayThoseOfTheFileAfterRepairs() throws IOException {
    CheckReport report =
        check(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"\\u0000\\u0001a\"},{\"role\":\"narrator\",\"content\":\"\"}]}");
    assertEquals(
        List.of(
            "1:40 CHARACTER the control character U+0000",
            "1:46 CHARACTER the control character U+0001",
            "1:64 ROLE 'narrator' is no role of this format; its roles are system, user, assistant,"
                + " tool"),
        findings(report));
  }

  @Test
  void aFileThatIsInOrderIsNotTouched() throws IOException {
    Path file = file(line("a", "b"));
    Object before = Files.getLastModifiedTime(file);
    DatasetCheck.fix(file, file, false, OPTIONS, Progress.NONE);
    assertEquals(line("a", "b"), Files.readString(file));
    assertEquals(before, Files.getLastModifiedTime(file));
    Path other = Files.writeString(folder.resolve("other"), "mine");
    assertThrows(
        FileAlreadyExistsException.class,
        () -> DatasetCheck.fix(file, other, false, OPTIONS, Progress.NONE));
    assertEquals("mine", Files.readString(other));
  }

  @Test
  void bytesThatAreNoTextAreToldAndKept() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes((line("a", "b") + "\n").getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(line("\u00e9", "c").getBytes(StandardCharsets.ISO_8859_1));
    bytes.write('\n');
    Path file = file(bytes.toByteArray());
    CheckReport report = DatasetCheck.fix(file, file, false, OPTIONS, Progress.NONE);
    assertEquals(List.of("2:40 ENCODING the byte 0xE9, which is not UTF-8 here"), findings(report));
    assertArrayEquals(bytes.toByteArray(), Files.readAllBytes(file));
  }

  @Test
  void aFileThatIsNoDatasetSaysWhy() {
    assertProblem(
        "[{\"messages\":[]}]\n",
        "a JSON array; a dataset has one object on each line (jq -c '.[]')");
    assertProblem("", "is empty");
    assertProblem(
        "hello\n",
        "not JSON: 'hello' is no value; texts stand in double quotes; a dataset has one JSON object"
            + " on each line");
    assertProblem(
        "{\"mess",
        "not JSON: the text ends in the middle; a dataset has one JSON object on each line");
    assertProblem(
        "\ufeff{\"message\": []}\n",
        "no line has 'messages' (chatml), 'instruction' (alpaca), 'conversations' (sharegpt) or"
            + " 'text' (text)");
  }

  private void assertProblem(String text, String what) {
    FormatException e = assertThrows(FormatException.class, () -> check(text));
    assertEquals(what, e.problems().getFirst().what());
  }

  @Test
  void linesAreNumberedAcrossBatchesInAnyNumberOfThreads() throws IOException {
    StringBuilder text = new StringBuilder();
    int count = 40_000;
    for (int i = 1; i <= count; i++) {
      text.append(i % 10_000 == 0 ? "{\"messages\":1}" : line("question " + i, "answer " + i));
      text.append('\n');
    }
    text.append(line("question 1", "answer 1"));
    for (int threads = 1; threads <= 4; threads++) {
      CheckReport report =
          DatasetCheck.run(
              file(text.toString()), new CheckOptions(null, null, 0, 0, threads), Progress.NONE);
      assertEquals(
          List.of(
              "10000:13 SCHEMA 'messages' is a number, not an array",
              "20000:13 SCHEMA 'messages' is a number, not an array",
              "30000:13 SCHEMA 'messages' is a number, not an array",
              "40000:13 SCHEMA 'messages' is a number, not an array",
              "40001:1 DUPLICATE the same as line 1"),
          findings(report));
      assertEquals(count + 1, report.lines());
    }
  }

  @Test
  void nearCopiesAreFoundIfTheyAreLookedForAndGo() throws IOException {
    String text =
        "A kettle boils water with a coil at its bottom, and it whistles when the water is hot"
            + " enough for tea, which takes about three minutes for a litre of it";
    String first = line("How?", text);
    String other = line("How?", "Something else that has next to nothing in common with a kettle.");
    String near = line("How?", text + " today");
    String system = "{\"messages\":[{\"role\":\"system\",\"content\":\"You help.\"},";
    String same = first.replace("{\"messages\":[", system);
    String all = String.join("\n", first, other, near, same, first) + "\n";
    assertEquals(List.of("5:1 DUPLICATE the same as line 1"), findings(check(all)));
    CheckOptions looking = new CheckOptions(null, null, 0, 0.8, 2);
    Path file = file(all);
    List<String> found = findings(DatasetCheck.run(file, looking, Progress.NONE));
    assertEquals(3, found.size(), found::toString);
    assertTrue(
        found
            .get(0)
            .matches("3:1 NEAR_DUPLICATE nearly the same as line 1 \\(similarity 0\\.9\\d?\\)"),
        found::toString);
    assertEquals(
        List.of(
            "4:1 NEAR_DUPLICATE nearly the same as line 1 (similarity 1.0)",
            "5:1 DUPLICATE the same as line 1"),
        found.subList(1, 3));
    CheckReport fixed = DatasetCheck.fix(file, file, false, looking, Progress.NONE);
    assertTrue(fixed.isValid());
    assertEquals(first + "\n" + other + "\n", Files.readString(file));
  }

  @Test
  void aLineThatIsTooLongIsPassedOver() throws IOException {
    Path file = folder.resolve("d.jsonl");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write((line("a", "b") + "\n").getBytes(StandardCharsets.UTF_8));
      byte[] much = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 70; i++) {
        out.write(much);
      }
      out.write(("\n" + line("c", "d") + "\n{}").getBytes(StandardCharsets.UTF_8));
    }
    CheckReport report = DatasetCheck.run(file, OPTIONS, Progress.NONE);
    assertEquals(
        List.of(
            "2:1 SYNTAX the line has 73400320 bytes, and 33554432 are the most",
            "4:1 SCHEMA there is no 'messages'"),
        findings(report));
    assertEquals(2, report.examples());
  }

  @Test
  void flippedBitsAreFoundOrHarmless() throws IOException {
    Random random = new Random(5);
    byte[] good =
        (line("größer", "ja") + "\n" + line("b", "\\u00e9 \\n") + "\r\n")
            .getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 1500; round++) {
      byte[] bad = good.clone();
      for (int flips = 0; flips <= round % 4; flips++) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Path file = file(bad);
      Path fixed = folder.resolve("fixed.jsonl");
      CheckOptions options = new CheckOptions(LineFormat.CHATML, null, 0, 0, 1);
      if (bad[0] == '[') {
        continue; // one array, which is told of the file as a whole
      }
      CheckReport first = DatasetCheck.fix(file, fixed, true, options, Progress.NONE);
      if (Files.size(fixed) > 0) {
        CheckReport second = DatasetCheck.run(fixed, options, Progress.NONE);
        assertEquals(
            first.remaining(), second.total(), () -> findings(first) + " " + findings(second));
      }
    }
  }

  @Test
  void cancellationLeavesTheFileAsItWas() throws IOException {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Path file = file("\ufeff" + line("a", "b"));
    assertThrows(
        CancelledException.class,
        () -> DatasetCheck.fix(file, file, false, OPTIONS, Progress.silent(cancellation)));
    assertEquals("\ufeff" + line("a", "b"), Files.readString(file));
    assertEquals(1, folder.toFile().list().length);
  }

  @Test
  void putsAllCharactersRightThoughItListsFew() throws IOException {
    for (String bad : List.of("\\u001b", "\u001b")) {
      Path file = file(line("a" + bad.repeat(350), "b") + "\n");
      Path fixed = folder.resolve("fixed-" + bad.length() + ".jsonl");
      CheckReport report = DatasetCheck.fix(file, fixed, false, OPTIONS, Progress.NONE);
      assertEquals(100, report.findings().size());
      assertEquals(line("a", "b") + "\n", Files.readString(fixed));
    }
  }
}
