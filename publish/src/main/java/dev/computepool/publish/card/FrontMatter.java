package dev.computepool.publish.card;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.InputFile;
import dev.computepool.base.YamlProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// A card taken apart: the YAML block at its head, and what follows it.
///
/// The block begins with the first byte of the file, at a line `---`, and ends with another.
///
/// @param keys of the block, in their order; empty where there is none
/// @param body what follows, to the end
/// @see <a href="https://huggingface.co/docs/hub/model-cards#model-card-metadata">model cards</a>
public record FrontMatter(ObjectNode keys, String body) {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          // A string that reads like a number or a truth value, and `no`, a language.
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

  private static final long MAX_BYTES = 16L << 20;
  private static final Pattern LICENSE = Pattern.compile("[a-z0-9][a-z0-9.-]*");
  private static final Pattern LANGUAGE = Pattern.compile("[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*");
  private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9._-]*");
  private static final Set<String> RELATIONS = Set.of("finetune", "quantized", "adapter", "merge");

  /// Takes a card apart.
  ///
  /// @param file as errors name it
  /// @throws FormatException if it begins with a block that is no mapping, or that does not end
  public static FrontMatter read(String file, String text) throws FormatException {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    if (text.startsWith("\ufeff")) {
      throw problem(file, "byte 0", "is a byte order mark, before which no block is seen");
    }
    String[] lines = text.split("\r\n|\n", -1);
    if (!lines[0].equals("---")) {
      return new FrontMatter(none, text);
    }
    int end = 1;
    while (end < lines.length && !lines[end].equals("---")) {
      end++;
    }
    if (end == lines.length) {
      throw problem(file, "line 1", "begins a block with --- that no line --- ends");
    }
    String block = String.join("\n", List.of(lines).subList(1, end));
    String body = String.join("\n", List.of(lines).subList(end + 1, lines.length));
    try {
      JsonNode tree = YAML.readTree(block);
      if (tree == null || tree.isMissingNode() || tree.isNull()) {
        return new FrontMatter(none, body);
      }
      if (tree instanceof ObjectNode keys) {
        return new FrontMatter(keys, body);
      }
      throw problem(file, "line 2", "is no mapping of keys to values");
    } catch (JsonProcessingException e) {
      throw new FormatException(file, YamlProblem.of(e, block).after(1));
    }
  }

  /// Whether a text is an id of a licence, as the Hub writes them.
  static boolean isLicense(String text) {
    return LICENSE.matcher(text).matches();
  }

  /// The card as text. Its block is there even if it has no keys: the Hub asks for it.
  public String text() {
    try {
      String block = keys.isEmpty() ? "" : YAML.writeValueAsString(keys);
      return "---\n" + block + "---\n" + body;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree in memory can be written", e);
    }
  }

  /// What the Hub would refuse, or not understand.
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    texts("license", problems)
        .forEach(id -> match("license", id, LICENSE, "an id such as apache-2.0", problems));
    texts("base_model", problems).forEach(id -> hubId("base_model", id, problems));
    texts("datasets", problems).forEach(id -> hubId("datasets", id, problems));
    texts("language", problems)
        .forEach(code -> match("language", code, LANGUAGE, "a code such as en", problems));
    for (String key : List.of("pipeline_tag", "library_name")) {
      single(key, problems);
      texts(key, problems).forEach(word -> match(key, word, WORD, "one word", problems));
    }
    texts("tags", problems);
    single("base_model_relation", problems);
    for (String relation : texts("base_model_relation", problems)) {
      if (!RELATIONS.contains(relation)) {
        problems.add(
            new Problem(
                "base_model_relation",
                "is '%s', none of finetune, quantized, adapter, merge".formatted(relation)));
      }
    }
    return problems.stream().distinct().toList();
  }

  /// Ends the work if the Hub would.
  ///
  /// @param file as errors name it
  /// @throws FormatException with all problems
  public void require(String file) throws FormatException {
    List<Problem> problems = problems();
    if (!problems.isEmpty()) {
      throw new FormatException(file, problems);
    }
  }

  private void single(String key, List<Problem> problems) {
    if (keys.path(key).isArray()) {
      problems.add(new Problem(key, "is a list, and can be one value only"));
    }
  }

  /// The texts of a key that holds one or a list of them.
  private List<String> texts(String key, List<Problem> problems) {
    JsonNode value = keys.get(key);
    List<String> texts = new ArrayList<>();
    if (value == null) {
      return texts;
    }
    for (JsonNode item : value.isArray() ? value : List.of(value)) {
      if (item.isTextual() && !item.textValue().isBlank()) {
        texts.add(item.textValue());
      } else {
        String hint = item.isBoolean() ? "; in quotes it is a text" : "";
        problems.add(new Problem(key, "has %s, which is no text%s".formatted(item, hint)));
      }
    }
    return texts;
  }

  private static void hubId(String key, String id, List<Problem> problems) {
    if (!HubIds.isId(id)) {
      problems.add(new Problem(key, "has '%s', no id of the Hub such as org/name".formatted(id)));
    }
  }

  private static void match(
      String key, String value, Pattern pattern, String expected, List<Problem> problems) {
    if (!pattern.matcher(value).matches()) {
      problems.add(new Problem(key, "has '%s', not %s".formatted(value, expected)));
    }
  }

  private static FormatException problem(String file, String at, String what) {
    return new FormatException(file, new Problem(at, what));
  }

  /// The text of a file as a card.
  ///
  /// @throws FormatException if it is no card
  static FrontMatter read(Path file) throws IOException {
    return read(file.toString(), InputFile.text(file, MAX_BYTES));
  }
}
