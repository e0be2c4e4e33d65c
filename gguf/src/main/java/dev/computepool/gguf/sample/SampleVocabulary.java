package dev.computepool.gguf.sample;

import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.sample.Architecture.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// A small vocabulary that tokenizes any text, learned from a few pages.
///
/// @param pre what `tokenizer.ggml.pre` says: how text is cut before merging
/// @param scores of the pieces, empty for byte pairs
/// @param merges of byte pairs, empty for pieces
/// @param unknown id of what stands for nothing known, or -1
public record SampleVocabulary(
    Tokenizer tokenizer,
    String pre,
    List<String> tokens,
    List<Float> scores,
    List<Integer> types,
    List<String> merges,
    int bos,
    int eos,
    int endOfTurn,
    int unknown) {
  // From ggml: what a token is.
  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int BYTE = 6;

  private static final int MERGES = 700;
  private static final char SPACE = '\u2581'; // stands for a space in SentencePiece
  private static final String END_OF_TEXT = "<|endoftext|>"; // llama.cpp looks for it in Phi 3
  private static final String TURN = "<|im_start|>";
  private static final String END_OF_TURN = "<|im_end|>";

  /// Turns between `<|im_start|>ROLE` and `<|im_end|>`, in Jinja.
  public static final String CHAT_TEMPLATE =
      """
      {%- for message in messages -%}
      {{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}
      {%- endfor -%}
      {%- if add_generation_prompt -%}
      {{ '<|im_start|>assistant\\n' }}
      {%- endif -%}\
      """;

  /// How many tokens there are.
  public int size() {
    return tokens.size();
  }

  /// What text is never cut into: ids from the first to the last of these.
  public List<String> controls() {
    return tokens.subList(bos, size());
  }

  static SampleVocabulary of(SampleSpec spec) {
    return switch (spec.tokenizer()) {
      case SENTENCEPIECE -> pieces();
      case BYTE_PAIR ->
          bytePairs(
              switch (spec.architecture()) {
                case LLAMA -> "llama-bpe";
                case QWEN2 -> "qwen2";
                case GPT2, GEMMA2, PHI3 -> "gpt-2";
              });
    };
  }

  private static SampleVocabulary pieces() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    List<Float> scores = new ArrayList<>(List.of(0f, 0f, 0f));
    List<Integer> types = new ArrayList<>(List.of(UNKNOWN, CONTROL, CONTROL));
    for (int i = 0; i < 256; i++) {
      add(tokens, types, "<0x%02X>".formatted(i), BYTE);
      scores.add(0f);
    }
    Map<String, Integer> words = new LinkedHashMap<>();
    BytePairs.words(corpus().replace("\n", " "))
        .forEach((word, count) -> words.merge(word.replace(' ', SPACE), count, Integer::sum));
    int rank = 0;
    for (BytePairs.Pair pair : BytePairs.learn(words, MERGES)) {
      if (!tokens.contains(pair.joined())) {
        add(tokens, types, pair.joined(), NORMAL);
        scores.add((float) -rank++);
      }
    }
    TreeSet<String> characters = new TreeSet<>();
    String.join("", words.keySet())
        .codePoints()
        .forEach(point -> characters.add(Character.toString(point)));
    for (int c = ' ' + 1; c < 127; c++) {
      characters.add(Character.toString(c));
    }
    for (String character : characters) {
      add(tokens, types, character, NORMAL);
      scores.add((float) -rank++);
    }
    for (String control : List.of(END_OF_TEXT, TURN, END_OF_TURN)) {
      add(tokens, types, control, CONTROL);
      scores.add(0f);
    }
    int end = tokens.size() - 1;
    return new SampleVocabulary(
        Tokenizer.SENTENCEPIECE, "default", tokens, scores, types, List.of(), 1, 2, end, 0);
  }

  /// Byte pairs as GPT-2 has them, learned from words that are cut in a way `pre` names.
  public static SampleVocabulary bytePairs(String pre) {
    List<String> tokens = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    String[] letters = byteLetters();
    for (int i = 0; i < 256; i++) {
      add(tokens, types, letters[i], NORMAL);
    }
    Map<String, Integer> words = new LinkedHashMap<>();
    BytePairs.words(corpus())
        .forEach((word, count) -> words.merge(inLetters(word, letters), count, Integer::sum));
    List<String> merges = new ArrayList<>();
    for (BytePairs.Pair pair : BytePairs.learn(words, MERGES)) {
      merges.add(pair.left() + " " + pair.right());
      if (!tokens.contains(pair.joined())) {
        add(tokens, types, pair.joined(), NORMAL);
      }
    }
    add(tokens, types, END_OF_TEXT, CONTROL);
    add(tokens, types, TURN, CONTROL);
    add(tokens, types, END_OF_TURN, CONTROL);
    int text = tokens.size() - 3;
    int end = tokens.size() - 1;
    return new SampleVocabulary(
        Tokenizer.BYTE_PAIR, pre, tokens, List.of(), types, merges, text, text, end, -1);
  }

  private static void add(List<String> tokens, List<Integer> types, String token, int type) {
    tokens.add(token);
    types.add(type);
  }

  /// The letter that stands for each byte: itself where it prints, else one from U+0100 on.
  private static String[] byteLetters() {
    String[] letters = new String[256];
    int next = 0x100;
    for (int i = 0; i < 256; i++) {
      boolean prints = (i > ' ' && i < 127) || (i > 160 && i != 173);
      letters[i] = Character.toString(prints ? i : next++);
    }
    return letters;
  }

  private static String inLetters(String word, String[] letters) {
    StringBuilder text = new StringBuilder();
    for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
      text.append(letters[b & 0xff]);
    }
    return text.toString();
  }

  private static String corpus() {
    try (InputStream text = SampleVocabulary.class.getResourceAsStream("corpus.txt")) {
      if (text == null) {
        throw new IllegalStateException("the text of the vocabulary is not in the jar");
      }
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void putInto(GgufLayout.Builder file) {
    boolean pieces = tokenizer == Tokenizer.SENTENCEPIECE;
    file.put("tokenizer.ggml.model", MetadataValue.Text.of(pieces ? "llama" : "gpt2"));
    file.put("tokenizer.ggml.pre", MetadataValue.Text.of(pre));
    file.put("tokenizer.ggml.tokens", MetadataArray.ofStrings(tokens));
    if (pieces) {
      float[] values = new float[scores.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = scores.get(i);
      }
      file.put("tokenizer.ggml.scores", MetadataArray.ofFloats(values));
    }
    long[] kinds = types.stream().mapToLong(Integer::longValue).toArray();
    file.put("tokenizer.ggml.token_type", MetadataArray.ofIntegers(MetadataType.INT32, kinds));
    if (!pieces) {
      file.put("tokenizer.ggml.merges", MetadataArray.ofStrings(merges));
    }
    putId(file, "bos", bos);
    putId(file, "eos", eos);
    putId(file, "eot", endOfTurn);
    if (unknown >= 0) {
      putId(file, "unknown", unknown);
    }
    file.put("tokenizer.ggml.add_bos_token", new MetadataValue.Bool(pieces));
    file.put("tokenizer.ggml.add_eos_token", new MetadataValue.Bool(false));
    file.put("tokenizer.chat_template", MetadataValue.Text.of(CHAT_TEMPLATE));
  }

  private static void putId(GgufLayout.Builder file, String name, int id) {
    file.put(
        "tokenizer.ggml." + name + "_token_id", new MetadataValue.Int(MetadataType.UINT32, id));
  }
}
