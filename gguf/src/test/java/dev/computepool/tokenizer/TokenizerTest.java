package dev.computepool.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
  /// Words at spaces; it cuts at 4 tokens and pads to 4, as tokenizers of embedding models do.
  private static final String WORDS =
      """
      {"version": "1.0",
       "truncation": {"max_length": 4, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
       "padding": {"strategy": {"Fixed": 4}, "direction": "Right", "pad_to_multiple_of": null,
                   "pad_id": 0, "pad_type_id": 0, "pad_token": "?"},
       "added_tokens": [{"id": 4, "content": "<s>", "single_word": false, "lstrip": false,
                         "rstrip": false, "normalized": false, "special": true}],
       "normalizer": null,
       "pre_tokenizer": {"type": "WhitespaceSplit"},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [4], "tokens": ["<s>"]}}},
       "decoder": null,
       "model": {"type": "WordLevel", "vocab": {"?": 0, "a": 1, "bé": 2, "😀": 3}, "unk_token": "?"}}
      """;

  @TempDir Path folder;

  private Tokenizer words() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), WORDS);
    return Tokenizer.open(folder);
  }

  @Test
  void neitherCutsNorPads() throws IOException {
    try (Tokenizer tokenizer = words()) {
      assertArrayEquals(new int[] {1, 2, 3, 0, 1, 1}, tokenizer.encode("a bé 😀 what a a"));
      assertEquals(1, tokenizer.count("a"));
      assertEquals(0, tokenizer.count(""));
      assertEquals(100_000, tokenizer.count("a ".repeat(100_000)));
    }
  }

  @Test
  void wrapsOnlyWhenAsked() throws IOException {
    try (Tokenizer tokenizer = words()) {
      assertArrayEquals(new int[] {4, 1}, tokenizer.encode("a", true));
      assertArrayEquals(new int[] {4, 1}, tokenizer.encode("<s> a"));
      assertEquals("<s> a bé", tokenizer.decode(new int[] {4, 1, 2}));
    }
  }

  @Test
  void tokensAreFoundInTheText() throws IOException {
    try (Tokenizer tokenizer = words()) {
      String text = "<s> bé 😀 a";
      Encoding found = tokenizer.locate(text);
      assertArrayEquals(new int[] {4, 2, 3, 1}, found.tokens());
      assertEquals(
          List.of("<s>", "bé", "😀", "a"),
          IntStream.range(0, found.length())
              .mapToObj(i -> text.substring(found.start(i), found.end(i)))
              .toList());
      assertEquals(0, tokenizer.locate("").length());
      assertEquals("a bé", "a bé".substring(0, tokenizer.locate("a bé").end(1)));
    }
  }

  @Test
  void halvesOfSurrogatePairsDoNoHarm() throws IOException {
    try (Tokenizer tokenizer = words()) {
      assertTrue(tokenizer.locate("a \ud800 a").length() >= 2);
      assertTrue(tokenizer.count("a \ud800 a") >= 2);
    }
  }

  @Test
  void severalThreadsMayUseIt() throws IOException {
    try (Tokenizer tokenizer = words()) {
      assertEquals(
          3 * 5000,
          IntStream.range(0, 5000).parallel().map(i -> tokenizer.count("a bé " + i)).sum());
    }
  }

  @Test
  void whatIsNoTokenizerIsRefused() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    assertThrows(NoSuchFileException.class, () -> Tokenizer.open(folder));
    for (String text : new String[] {"", "{}", "[1]", WORDS.substring(0, 700), "\0"}) {
      Files.writeString(file, text);
      FormatException e = assertThrows(FormatException.class, () -> Tokenizer.open(file), text);
      assertTrue(String.valueOf(e.getMessage()).startsWith(file + ": is no tokenizer: "));
    }
    Files.write(file, new byte[] {(byte) 0xFF});
    assertEquals(
        file + ": is not UTF-8 text",
        assertThrows(FormatException.class, () -> Tokenizer.open(file)).getMessage());
  }

  @Test
  void isNotUsedAfterItIsClosed() throws IOException {
    Tokenizer tokenizer = words();
    tokenizer.close();
    tokenizer.close();
    assertThrows(IllegalStateException.class, () -> tokenizer.count("a"));
  }
}
