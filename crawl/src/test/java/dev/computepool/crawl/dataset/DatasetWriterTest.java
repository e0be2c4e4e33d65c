package dev.computepool.crawl.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.chat.LineFormat;
import dev.computepool.crawl.dataset.DatasetReport.LeftOut;
import dev.computepool.hash.Digest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetWriterTest {
  private static final DatasetOptions SMALL =
      DatasetOptions.DEFAULT.withChunking(new Chunking(20, 400, 0, Chunking.Overflow.SPLIT, null));

  @TempDir Path folder;

  private static Document page(String name, @Nullable String language, String markdown) {
    return new Document(
        URI.create("https://example.org/" + name),
        "Page " + name,
        language,
        "CC-BY-4.0",
        Instant.parse("2026-01-02T03:04:05Z"),
        Digest.parse("ab".repeat(32)),
        markdown);
  }

  private DatasetReport write(DatasetOptions options, Document... pages) throws IOException {
    try (DatasetWriter writer =
        DatasetWriter.open(folder.resolve("d.jsonl"), options, true, Progress.NONE)) {
      for (Document page : pages) {
        writer.add(page);
      }
      return writer.commit();
    }
  }

  private List<String> lines(String name) throws IOException {
    return Files.readAllLines(folder.resolve(name));
  }

  /// Sentences that share no five words with those of another seed.
  private static String prose(int seed, int words) {
    Random random = new Random(seed);
    return IntStream.range(0, words)
            .mapToObj(i -> "w" + Integer.toString(random.nextInt(1 << 20), 36))
            .collect(Collectors.joining(" "))
        + ".";
  }

  @Test
  void aLineHasTurnsAndProvenance() throws IOException {
    write(SMALL.withQuery("how to"), page("a", "en", "# Setup\n\nInstall it, and then run it.\n"));
    assertEquals(
        List.of(
            "{\"messages\":[{\"role\":\"system\",\"content\":\"You are an expert assistant trained"
                + " on Page a.\"},{\"role\":\"user\",\"content\":\"how to — section 1\"},"
                + "{\"role\":\"assistant\",\"content\":\"# Setup\\n\\nInstall it, and then run"
                + " it.\"}],\"meta\":{\"source_url\":\"https://example.org/a\","
                + "\"source_title\":\"Page a\",\"query\":\"how to\",\"paragraph_index\":0,"
                + "\"heading_path\":[\"Setup\"],\"language\":\"en\",\"licence\":\"CC-BY-4.0\","
                + "\"fetched_at\":\"2026-01-02T03:04:05Z\",\"sha256\":\""
                + "ab".repeat(32)
                + "\"}}"),
        lines("d.jsonl"));
  }

  @Test
  void stylesMakeTheUsersTurn() throws IOException {
    Document page = page("a", "en", "# Page a\n\n## Setup\n\nInstall it, and then run it.\n");
    Map<Style, String> expected =
        Map.of(
            Style.SECTION, "Page a — section 1",
            Style.TITLE, "Page a — Setup",
            Style.QUESTION, "What does \"Page a\" say about \"Setup\"?");
    for (Style style : Style.values()) {
      write(SMALL.withStyle(style), page);
      JsonNode line = new JsonMapper().readTree(lines("d.jsonl").getFirst());
      assertEquals(expected.get(style), line.path("messages").path(1).path("content").textValue());
    }
  }

  @Test
  void writesEveryFormat() throws IOException {
    for (LineFormat format : LineFormat.values()) {
      write(SMALL.withFormat(format), page("a", "en", "Install it, and then run it.\n"));
      byte[] line = Files.readAllBytes(folder.resolve("d.jsonl"));
      assertEquals(format, LineFormat.detect(line, 0, line.length).orElseThrow());
    }
  }

  @Test
  void copiesAreLeftOutAndTracedToWhatTheyCopy() throws IOException {
    String shared = prose(1, 40);
    DatasetReport report =
        write(
            SMALL,
            page("a", "en", "# A\n\n" + shared + "\n\n# B\n\n" + prose(2, 40)),
            page("b", "en", "# A\n\n" + shared + "\n\n# B\n\n" + prose(2, 40) + "\n"),
            page("c", "en", "# C\n\n" + prose(3, 60) + "\n\n# A\n\n" + shared));
    assertEquals(Map.of(LeftOut.DUPLICATE, 1L), report.documentsLeftOut());
    assertEquals(Map.of(LeftOut.DUPLICATE, 1L), report.chunksLeftOut());
    assertEquals(
        List.of(
            "{\"reason\":\"duplicate\",\"source_url\":\"https://example.org/b\","
                + "\"of\":{\"source_url\":\"https://example.org/a\"}}",
            "{\"reason\":\"duplicate\",\"source_url\":\"https://example.org/c\","
                + "\"paragraph_index\":1,\"of\":{\"source_url\":\"https://example.org/a\","
                + "\"paragraph_index\":0}}"),
        lines("d.left-out.jsonl"));
  }

  @Test
  void nearCopiesAreLeftOutUnlessOnlyCopiesShallBe() throws IOException {
    String text = prose(1, 60);
    Document first = page("a", "en", text);
    Document second = page("b", "en", text.replaceFirst("w\\w+ ", "changed "));
    DatasetReport report = write(SMALL, first, second);
    assertEquals(Map.of(LeftOut.NEAR_DUPLICATE, 1L), report.documentsLeftOut());
    assertEquals(1, report.train());
    assertEquals(2, write(SMALL.withNearDuplicates(1), first, second).train());
  }

  @Test
  void otherLanguagesAreLeftOutWhateverThePageSays() throws IOException {
    String german =
        "Der Hund läuft durch den Wald und sucht nach einem Knochen, den er gestern dort vergraben"
            + " hat. Am Abend kommt er müde nach Hause zurück und legt sich vor den Ofen, während"
            + " draußen der Regen gegen die Fenster schlägt und der Wind um das Haus pfeift.";
    String english =
        "The dog runs through the forest and looks for a bone that it buried there yesterday. In"
            + " the evening it comes home tired and lies down in front of the stove, while the rain"
            + " beats against the windows outside and the wind whistles around the house.";
    DatasetReport report =
        write(
            SMALL.withLanguages(Set.of("en")),
            page("de", "en", german),
            page("en", null, english),
            page("us", "en-US", english.replace("dog", "cat").replace("bone", "mouse")),
            page("code", null, "```\nint main() { return 0; }\n```"));
    assertEquals(Map.of(LeftOut.LANGUAGE, 1L), report.documentsLeftOut());
    assertEquals(Map.of("en", 1L, "en-US", 1L, "und", 1L), report.languages());
  }

  @Test
  void secretsAndAddressesAreBlackedOut() throws IOException {
    String key = "AKIA" + "ABCDEFGHIJKLMNOP";
    DatasetReport report =
        write(
            SMALL.withMasks(Set.of(Mask.values())),
            page(
                "a",
                "en",
                "Write to ann.lee+x@mail.example.org, not to git@github.com:a/b.git, with "
                    + key
                    + " at https://bob:pw@db.example.org/ or 8.8.8.8, not 192.168.0.1 or 1.2.3."));
    assertEquals(Map.of(Mask.SECRETS, 2L, Mask.EMAILS, 1L, Mask.IPS, 1L), report.masked());
    JsonNode line = new JsonMapper().readTree(lines("d.jsonl").getFirst());
    assertEquals(
        "Write to [email], not to git@github.com:a/b.git, with [secret] at"
            + " https://[secret]@db.example.org/ or [ip], not 192.168.0.1 or 1.2.3.",
        line.path("messages").path(2).path("content").textValue());
  }

  @Test
  void keysInAddressesAreBlackedOutWhereverAnAddressStands() throws IOException {
    String text =
        "Ask https://api.example.org/v1?q=a&api_key=a1b2c3d4e5f6&page=2 or"
            + " https://s.example.org/f?X-Amz-Signature=0123456789abcdef0123#top with"
            + " ?token=YOUR_API_TOKEN, ?sort_key=1234567890ab and &amp;access_token=99aa88bb77cc"
            + " in it.";
    Document page =
        new Document(
            URI.create("https://example.org/a?sid=0a1b2c3d4e5f&x=1"),
            "Page",
            "en",
            null,
            Instant.EPOCH,
            Digest.parse("ab".repeat(32)),
            text);
    DatasetReport report = write(SMALL.withMasks(Set.of(Mask.SECRETS)), page);
    assertEquals(Map.of(Mask.SECRETS, 4L), report.masked());
    JsonNode line = new JsonMapper().readTree(lines("d.jsonl").getFirst());
    assertEquals(
        "Ask https://api.example.org/v1?q=a&api_key=[secret]&page=2 or"
            + " https://s.example.org/f?X-Amz-Signature=[secret]#top with"
            + " ?token=YOUR_API_TOKEN, ?sort_key=1234567890ab and &amp;access_token=[secret]"
            + " in it.",
        line.path("messages").path(2).path("content").textValue());
    String source = "https://example.org/a?sid=[secret]&x=1";
    assertEquals(source, line.path("meta").path("source_url").textValue());
    assertEquals(source, report.sources().getFirst().url());
    assertFalse(String.join("", all()).contains("0a1b2c3d4e5f"));
  }

  /// The special-purpose registries of IANA name the addresses that stay.
  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, true",
    "192.0.1.1, true",
    "192.0.0.8, false",
    "192.0.2.55, false",
    "192.88.99.1, false",
    "100.64.0.1, false",
    "198.19.255.255, false",
    "203.0.113.7, false",
    "240.0.0.1, false",
    "224.0.0.251, false",
    "255.255.255.255, false",
    "1.2.3.999, false",
    "2606:4700:4700::1111, true",
    "2a00:1450:4001:80f:0:0:0:200e, true",
    "2606:4700::8.8.4.4, true",
    "2001:db8::1, false",
    "3fff::1, false",
    "fe80::1, false",
    "fd12:3456::1, false",
    "::1, false",
    "abc::def, false",
    "23:59:59, false",
    "2024:11:12:13, false"
  })
  void addressesOfMachinesAreBlackedOut(String address, boolean masked) throws IOException {
    String text = "The machine is at (%s), as everybody here knows.";
    write(SMALL.withMasks(Set.of(Mask.IPS)), page("a", "en", text.formatted(address)));
    JsonNode line = new JsonMapper().readTree(lines("d.jsonl").getFirst());
    assertEquals(
        text.formatted(masked ? "[ip]" : address),
        line.path("messages").path(2).path("content").textValue());
  }

  @Test
  void whatMustNotBeLearnedIsLeftOut() throws IOException {
    Path test = folder.resolve("test.jsonl");
    Files.writeString(
        test, "{\"question\":\"" + prose(9, 20) + "\"}\nWhat is the capital of France?\nto be\n");
    DatasetReport report =
        write(
            SMALL.withDecontaminate(List.of(test)),
            page("a", "en", prose(1, 30) + " " + prose(9, 20)),
            page("b", "en", prose(2, 30) + " What is the capital of France? Paris."),
            page("c", "en", prose(3, 30) + " to be or not to be."));
    assertEquals(Map.of(LeftOut.CONTAMINATED, 2L), report.chunksLeftOut());
    assertEquals(1, report.train());
    assertTrue(lines("d.left-out.jsonl").getLast().contains("\"of\":\"test.jsonl:2\""));
  }

  @Test
  void aSourceIsSetAsideWholeAndAlwaysTheSame() throws IOException {
    Document[] pages =
        IntStream.range(0, 200)
            .mapToObj(i -> page("p" + i, "en", prose(2 * i, 80) + "\n\n" + prose(2 * i + 1, 80)))
            .toArray(Document[]::new);
    DatasetReport report = write(SMALL.withValidation(0.2), pages);
    Set<String> train = urls("d.jsonl");
    Set<String> validation = urls("d.validation.jsonl");
    assertEquals(200, train.size() + validation.size());
    assertTrue(train.stream().noneMatch(validation::contains));
    assertTrue(validation.size() > 20 && validation.size() < 60, "about a fifth: " + validation);
    assertEquals(report.validation(), lines("d.validation.jsonl").size());
    write(SMALL.withValidation(0.2), Stream.of(pages).skip(100).toArray(Document[]::new));
    assertTrue(validation.containsAll(urls("d.validation.jsonl")));
  }

  private Set<String> urls(String name) throws IOException {
    JsonMapper json = new JsonMapper();
    List<String> urls = new ArrayList<>();
    for (String line : lines(name)) {
      urls.add(json.readTree(line).path("meta").path("source_url").textValue());
    }
    return Set.copyOf(urls);
  }

  @Test
  void theSameDocumentsMakeTheSameFiles() throws IOException {
    Document[] pages =
        IntStream.range(0, 50)
            .mapToObj(i -> page("p" + i, "en", prose(i % 40, 100)))
            .toArray(Document[]::new);
    write(SMALL.withValidation(0.3), pages);
    List<String> first = all();
    write(SMALL.withValidation(0.3), pages);
    assertEquals(first, all());
    assertEquals(4, first.size());
  }

  private List<String> all() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        texts.add(file.getFileName() + "\n" + Files.readString(file));
      }
    }
    return texts;
  }

  @Test
  void theCardTellsWhatIsInIt() throws IOException {
    write(SMALL, page("a|b".replace("|", "-"), "en", prose(1, 40)), page("b", "de", "kurz"));
    assertEquals(
        List.of(
            "# d.jsonl",
            "",
            "| | |",
            "|---|---|",
            "| format | chatml |",
            "| examples to train on | 1 |",
            "| sources | 1 |",
            "| documents read | 2 |",
            "| documents left out: too short | 1 |",
            "| pieces | 1 |"),
        lines("d.card.md").subList(0, 10));
    assertTrue(
        lines("d.card.md")
            .contains(
                "| https://example.org/a-b | Page a-b | CC-BY-4.0 | 1 | `"
                    + "ab".repeat(32)
                    + "` |"));
  }

  @Test
  void nothingAppearsWithoutCommitAndNothingIsReplacedUnasked() throws IOException {
    Path out = folder.resolve("d.jsonl");
    try (DatasetWriter writer = DatasetWriter.open(out, SMALL, false, Progress.NONE)) {
      writer.add(page("a", "en", prose(1, 40)));
    }
    assertEquals(List.of(), all());
    write(SMALL, page("a", "en", prose(1, 40)));
    assertThrows(
        FileAlreadyExistsException.class,
        () -> DatasetWriter.open(out, SMALL, false, Progress.NONE).close());
  }

  @Test
  void aKilledCommitLeavesNoMixtureThatLooksWhole() throws IOException {
    DatasetOptions options = SMALL.withValidation(0.5);
    Document[] pages =
        IntStream.range(0, 20)
            .mapToObj(i -> page("p" + i, "en", prose(i, 40)))
            .toArray(Document[]::new);
    write(options, pages);
    List<String> whole = all();
    // A folder that comes into the place of a file ends a commit in its middle, as a kill does.
    Path leftOut = folder.resolve("d.left-out.jsonl");
    try (DatasetWriter writer =
        DatasetWriter.open(folder.resolve("d.jsonl"), options, true, Progress.NONE)) {
      writer.add(page("other", "en", prose(99, 40)));
      Files.delete(leftOut);
      Files.createDirectories(leftOut.resolve("in-the-way"));
      assertThrows(IOException.class, writer::commit);
    }
    assertFalse(Files.exists(folder.resolve("d.jsonl")), "examples of another run");

    Files.delete(leftOut.resolve("in-the-way"));
    Files.delete(leftOut);
    Files.writeString(folder.resolve(".d.jsonl.partial"), "{\"mess");
    try (DatasetWriter writer =
        DatasetWriter.open(folder.resolve("d.jsonl"), options, false, Progress.NONE)) {
      for (Document page : pages) {
        writer.add(page);
      }
      writer.commit();
    }
    assertEquals(whole, all());
  }

  @Test
  void whatIsNotPartOfAKilledRunIsNotReplaced() throws IOException {
    Files.writeString(folder.resolve("d.card.md"), "mine");
    Path out = folder.resolve("d.jsonl");
    assertThrows(
        FileAlreadyExistsException.class,
        () -> DatasetWriter.open(out, SMALL, false, Progress.NONE).close());
    assertEquals("mine", Files.readString(folder.resolve("d.card.md")));
  }

  @Test
  void theReportNamesOnlyWhatWasWritten() throws IOException {
    Path validation = folder.resolve("d.validation.jsonl");
    assertEquals(
        validation,
        write(SMALL.withValidation(0.5), page("a", "en", prose(1, 40))).files().validation());
    assertTrue(Files.exists(validation));
    assertNull(write(SMALL, page("a", "en", prose(1, 40))).files().validation());
    assertFalse(Files.exists(validation));
  }

  @Test
  void cancellationLeavesNothing() throws IOException {
    Cancellation cancellation = new Cancellation();
    try (DatasetWriter writer =
        DatasetWriter.open(
            folder.resolve("d.jsonl"), SMALL, false, Progress.silent(cancellation))) {
      writer.add(page("a", "en", prose(1, 40)));
      cancellation.cancel();
      assertThrows(CancelledException.class, () -> writer.add(page("b", "en", prose(2, 40))));
    }
    assertEquals(List.of(), all());
  }

  @Test
  void wrongOptionsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> SMALL.withValidation(1));
    assertThrows(IllegalArgumentException.class, () -> SMALL.withValidation(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> SMALL.withNearDuplicates(0.4));
    assertThrows(IllegalArgumentException.class, () -> SMALL.withLanguages(Set.of("English")));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Chunking(10, 5, 0, Chunking.Overflow.SPLIT, null));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Chunking(10, 50, 5, Chunking.Overflow.SPLIT, null));
  }
}
