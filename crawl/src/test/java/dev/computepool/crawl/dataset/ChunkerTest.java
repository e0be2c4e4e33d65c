package dev.computepool.crawl.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.crawl.dataset.Chunking.Overflow;
import dev.computepool.hash.Digest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ChunkerTest {
  static Document document(String markdown) {
    return new Document(
        URI.create("https://example.org/a"),
        "Title",
        "en",
        null,
        Instant.EPOCH,
        Digest.of(new byte[Digest.BYTES]),
        markdown);
  }

  private static List<Chunk> chunks(int min, int max, Overflow overflow, String markdown) {
    Chunking options = new Chunking(min, max, 0, overflow, null);
    return new Chunker(options, new Limit(max, 0, null)).chunk(document(markdown));
  }

  private static List<String> texts(int min, int max, String markdown) {
    return chunks(min, max, Overflow.SPLIT, markdown).stream().map(Chunk::text).toList();
  }

  @Test
  void eachSectionThatIsLongEnoughIsAPiece() {
    List<Chunk> chunks =
        chunks(10, 100, Overflow.SPLIT, "# A\n\nFirst section.\n\n## B\n\nSecond section.");
    assertEquals(
        List.of("# A\n\nFirst section.", "## B\n\nSecond section."),
        chunks.stream().map(Chunk::text).toList());
    assertEquals(
        List.of(List.of("A"), List.of("A", "B")), chunks.stream().map(Chunk::headings).toList());
  }

  @Test
  void aShortSectionStaysWithTheNextUnderWhatBothStandUnder() {
    List<Chunk> chunks =
        chunks(20, 100, Overflow.SPLIT, "# A\n\n## B\n\nb\n\n## C\n\nA longer text of C.");
    assertEquals(
        List.of("# A\n\n## B\n\nb\n\n## C\n\nA longer text of C."),
        chunks.stream().map(Chunk::text).toList());
    assertEquals(List.of(List.of("A")), chunks.stream().map(Chunk::headings).toList());
  }

  @Test
  void aShortEndGoesToThePieceBefore() {
    assertEquals(List.of("Some words.\n\n# B\n\nb"), texts(10, 100, "Some words.\n\n# B\n\nb"));
  }

  @Test
  void paragraphsArePutTogetherAsLongAsTheyFit() {
    assertEquals(
        List.of("aaaa\n\nbbbb", "cccc\n\ndddd", "eeee"),
        texts(0, 10, "aaaa\n\nbbbb\n\ncccc\n\ndddd\n\neeee"));
  }

  @Test
  void codeStaysWithTheLineThatAnnouncesIt() {
    assertEquals(
        List.of("Some text.", "Run this:\n\n```sh\nls\n\nls -l\n```"),
        texts(0, 32, "Some text.\n\nRun this:\n\n```sh\nls\n\nls -l\n```"));
  }

  @Test
  void aHeadingInsideCodeIsNone() {
    String markdown = "# A\n\n```sh\n# no heading\n\n## neither\n```\n\nAnd on.";
    assertEquals(List.of(markdown), texts(5, 100, markdown));
  }

  @Test
  void longCodeIsPartedAtBlankLinesInFencesOfItsOwn() {
    assertEquals(
        List.of("```py\na = 1\nb = 2\n```", "```py\n  c = 3\nd = 4\n```"),
        texts(0, 24, "```py\na = 1\nb = 2\n\n  c = 3\nd = 4\n```"));
  }

  @Test
  void longTablesKeepTheirHead() {
    assertEquals(
        List.of("| a |\n|---|\n| 1 |\n| 2 |", "| a |\n|---|\n| 3 |"),
        texts(0, 23, "| a |\n|---|\n| 1 |\n| 2 |\n| 3 |"));
  }

  @Test
  void longListsArePartedBetweenItems() {
    assertEquals(
        List.of("- one\n  more", "- two\n- three"), texts(0, 14, "- one\n  more\n- two\n- three"));
  }

  @Test
  void longParagraphsArePartedBetweenSentences() {
    assertEquals(
        List.of("One is here. Two is.", "Three is there."),
        texts(0, 22, "One is here. Two is. Three is there."));
  }

  @Test
  void aWordThatIsTooLongIsPartedAnywhereButInACharacter() {
    assertEquals(List.of("😀😀😀", "😀😀"), texts(0, 3, "😀😀😀😀😀"));
  }

  @Test
  void aPageWithoutSpacesTakesNoTimeToSpeakOf() {
    List<String> pieces =
        assertTimeout(Duration.ofSeconds(60), () -> texts(0, 1000, "x".repeat(8_000_000)));
    assertEquals(8000, pieces.size());
  }

  @Test
  void cutLosesTheRestAndClosesTheFence() {
    assertEquals(
        List.of("abc…", "```\nxy…\n```"),
        chunks(0, 11, Overflow.CUT, "abc\n\n```\nxyz\nzyx\nabc\n```").stream()
            .map(Chunk::text)
            .map(t -> t.startsWith("abc") ? "abc…" : t)
            .toList());
    assertEquals(
        List.of("aaaaaaaaa…"),
        chunks(0, 10, Overflow.CUT, "a".repeat(30)).stream().map(Chunk::text).toList());
  }

  @Test
  void noPieceIsLongerThanTheLimitAndNoWordIsLost() {
    Random random = new Random(3);
    String[] blocks = {
      "# Heading %d",
      "### Deep %d",
      "word%d and more words, in a sentence. Another one.",
      "```js\nlet x%d = 1;\n\n  return x;\n```",
      "| a%d | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |",
      "- item%d\n- item\n  inside\n\n  ```\n  code\n  ```\n- last",
      "Announced%d:",
      "> quoted%d text",
      "    indented%d\n    code"
    };
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i >= 0; i--) {
        text.append(blocks[random.nextInt(blocks.length)].formatted(i)).append("\n\n");
      }
      int max = 30 + random.nextInt(300);
      List<String> pieces = texts(random.nextInt(30), max, text.toString());
      for (String piece : pieces) {
        assertTrue(Limit.chars(piece) <= max, () -> piece + " of " + max + " in\n" + text);
      }
      String all = pieces.stream().collect(Collectors.joining("\n"));
      for (String word : text.toString().split("\\W+", -1)) {
        boolean heading = word.matches("Heading|Deep|\\d+");
        assertTrue(
            heading || all.contains(word), () -> word + " is in no piece of " + max + ":\n" + text);
      }
    }
  }

  @Test
  void tokensAreCountedWhereThereIsALimit() {
    Chunking options = Chunking.DEFAULT;
    Limit limit = new Limit(4000, 3, text -> text.split("\\s+").length);
    assertEquals(
        List.of("a b c", "d e"),
        new Chunker(options, limit)
            .chunk(document("a b c\n\nd e")).stream().map(Chunk::text).toList());
  }
}
