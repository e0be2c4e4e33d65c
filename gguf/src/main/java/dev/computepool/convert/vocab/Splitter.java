package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// How a tokenizer cuts a text into words before it looks for tokens in them: the `normalizer` and
/// the `pre_tokenizer` of its `tokenizer.json`, as far as they move borders of words.
///
/// @see <a href="https://huggingface.co/docs/tokenizers/components">components</a>
final class Splitter {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /// One step of the way from a text to its words.
  private interface Step {
    List<String> apply(List<String> words) throws UnknownComponentException;
  }

  private final List<Step> steps = new ArrayList<>();
  private final List<String> forms = new ArrayList<>();
  private boolean bytes;

  private Splitter() {}

  /// @param normalizer a tree of `tokenizer.json`, or null or missing
  /// @param preTokenizer likewise
  /// @throws UnknownComponentException naming the part that we cannot follow
  static Splitter of(JsonNode normalizer, JsonNode preTokenizer) throws UnknownComponentException {
    Splitter splitter = new Splitter();
    splitter.normalizer(normalizer);
    splitter.preTokenizer(preTokenizer);
    return splitter;
  }

  /// Whether tokens are made of bytes, in the alphabet of GPT-2, and not of characters.
  boolean bytes() {
    return bytes;
  }

  /// Normalizations of the text that no vocabulary of a GGUF file can ask for, such as `NFKC`.
  List<String> forms() {
    return forms;
  }

  /// Cuts a text.
  ///
  /// @throws UnknownComponentException if a pattern does not come to an end on it
  List<String> words(String text) throws UnknownComponentException {
    List<String> words = text.isEmpty() ? List.of() : List.of(text);
    for (Step step : steps) {
      words = step.apply(words);
    }
    return words;
  }

  private void normalizer(JsonNode node) throws UnknownComponentException {
    String type = node.path("type").asText("");
    switch (type) {
      // Texts that models meet are in NFC as a rule, so llama.cpp does without; it can lowercase.
      case "", "NFC", "Lowercase", "StripAccents" -> {}
      case "Sequence" -> {
        for (JsonNode part : node.path("normalizers")) {
          normalizer(part);
        }
      }
      case "Replace" -> {
        SplitPattern pattern = pattern(node.path("pattern"));
        String content = node.path("content").asText("");
        each(word -> List.of(replaced(pattern, word, content)));
      }
      case "Prepend" -> {
        String prefix = node.path("prepend").asText("");
        each(word -> List.of(prefix + word));
      }
      case "Strip" -> {
        boolean left = node.path("strip_left").asBoolean(true);
        boolean right = node.path("strip_right").asBoolean(true);
        each(
            word -> {
              String stripped = left ? word.stripLeading() : word;
              stripped = right ? stripped.stripTrailing() : stripped;
              return stripped.isEmpty() ? List.of() : List.of(stripped);
            });
      }
      case "NFD", "NFKC", "NFKD", "Nmt", "Precompiled", "BertNormalizer", "ByteLevel" ->
          forms.add(type);
      default -> throw new UnknownComponentException("normalizer " + type);
    }
  }

  private void preTokenizer(JsonNode node) throws UnknownComponentException {
    String type = node.path("type").asText("");
    switch (type) {
      case "" -> {}
      case "Sequence" -> {
        for (JsonNode part : node.path("pretokenizers")) {
          preTokenizer(part);
        }
      }
      case "Split" ->
          split(
              pattern(node.path("pattern")),
              SplitBehavior.of(node.path("behavior").asText("")),
              node.path("invert").asBoolean(false));
      case "ByteLevel" -> {
        bytes = true;
        if (node.path("add_prefix_space").asBoolean(true)) {
          each(word -> List.of(word.startsWith(" ") ? word : " " + word));
        }
        if (node.path("use_regex").asBoolean(true)) {
          split(SplitPattern.of(GPT2), SplitBehavior.ISOLATED, false);
        }
      }
      case "Digits" ->
          split(
              SplitPattern.of("\\p{N}"),
              node.path("individual_digits").asBoolean(false)
                  ? SplitBehavior.ISOLATED
                  : SplitBehavior.CONTIGUOUS,
              false);
      case "Punctuation" ->
          split(
              SplitPattern.of("[!-/:-@\\[-`{-~\\p{P}]"),
              SplitBehavior.of(node.path("behavior").asText("Isolated")),
              false);
      case "Whitespace" -> split(SplitPattern.of("\\w+|[^\\w\\s]+"), SplitBehavior.REMOVED, true);
      case "WhitespaceSplit" -> split(SplitPattern.of("\\s"), SplitBehavior.REMOVED, false);
      case "BertPreTokenizer" -> {
        split(SplitPattern.of("\\s"), SplitBehavior.REMOVED, false);
        split(SplitPattern.of("[!-/:-@\\[-`{-~\\p{P}]"), SplitBehavior.ISOLATED, false);
      }
      case "CharDelimiterSplit" ->
          split(
              SplitPattern.of(Pattern.quote(node.path("delimiter").asText(" "))),
              SplitBehavior.REMOVED,
              false);
      case "Metaspace" -> metaspace(node);
      default -> throw new UnknownComponentException("pre_tokenizer " + type);
    }
  }

  private void metaspace(JsonNode node) throws UnknownComponentException {
    String blank = node.path("replacement").asText("▁");
    boolean prepends = Metaspace.prepends(node);
    boolean first = node.path("prepend_scheme").asText("").equals("first");
    steps.add(
        words -> {
          List<String> marked = new ArrayList<>();
          for (String word : words) {
            String text = word.replace(" ", blank);
            boolean here = prepends && (!first || marked.isEmpty()) && !text.startsWith(blank);
            marked.add(here ? blank + text : text);
          }
          return marked;
        });
    if (node.path("split").asBoolean(true)) {
      split(SplitPattern.of(Pattern.quote(blank)), SplitBehavior.MERGED_WITH_NEXT, false);
    }
  }

  private static SplitPattern pattern(JsonNode pattern) throws UnknownComponentException {
    if (pattern.path("String").isTextual()) {
      return SplitPattern.of(Pattern.quote(pattern.path("String").textValue()));
    }
    if (pattern.path("Regex").isTextual()) {
      return SplitPattern.of(pattern.path("Regex").textValue());
    }
    throw new UnknownComponentException("pattern " + pattern);
  }

  private static String replaced(SplitPattern pattern, String word, String content)
      throws UnknownComponentException {
    StringBuilder text = new StringBuilder();
    for (SplitBehavior.Part part : pattern.cut(word)) {
      text.append(part.delimiter() ? content : part.text());
    }
    return text.toString();
  }

  private void split(SplitPattern pattern, SplitBehavior behavior, boolean invert) {
    each(
        word -> {
          List<SplitBehavior.Part> parts = pattern.cut(word);
          if (invert) {
            parts.replaceAll(part -> new SplitBehavior.Part(part.text(), !part.delimiter()));
          }
          return behavior.words(parts);
        });
  }

  /// Cuts one word.
  private interface Cut {
    List<String> apply(String word) throws UnknownComponentException;
  }

  private void each(Cut cut) {
    steps.add(
        words -> {
          List<String> all = new ArrayList<>();
          for (String word : words) {
            all.addAll(cut.apply(word));
          }
          return all;
        });
  }
}
