package dev.computepool.convert.vocab;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.computepool.base.SyntaxProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A `tokenizer.json`, its long lists read token by token and all else as trees.
///
/// @param addedTokens an array of objects, each with `id` and `content`, or missing
/// @param normalizer how text is changed before it is split, or null or missing
/// @param preTokenizer how text is split into words, or null or missing
/// @param postProcessor which special tokens are put around the ids, or null or missing
/// @param decoder how tokens become text again, or null or missing
/// @see <a href="https://github.com/huggingface/tokenizers">tokenizers</a>
record TokenizerJson(
    JsonNode addedTokens,
    JsonNode normalizer,
    JsonNode preTokenizer,
    JsonNode postProcessor,
    JsonNode decoder,
    TokenizerModel model) {
  static final String NAME = "tokenizer.json";

  private static final JsonMapper TREES = new JsonMapper();

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(64 << 20).build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  /// Reads a file.
  ///
  /// @return nothing if it is broken, which is then noted
  static Optional<TokenizerJson> read(Path file, Findings findings) throws IOException {
    if (Json.tooLarge(file, findings)) {
      return Optional.empty();
    }
    try (JsonParser parser = FACTORY.createParser(Files.newInputStream(file))) {
      parser.setCodec(TREES);
      return new Reader(parser, findings).file();
    } catch (JsonProcessingException e) {
      findings.add(Json.place(NAME, e), "not JSON: " + SyntaxProblem.words(e));
      return Optional.empty();
    }
  }

  private static final class Reader {
    private final JsonParser parser;
    private final Findings findings;
    private final Map<String, JsonNode> trees = new LinkedHashMap<>();
    private final Map<String, JsonNode> settings = new LinkedHashMap<>();
    private @Nullable Map<String, Integer> ids;
    private final List<Float> scores = new ArrayList<>();
    private List<String> merges = List.of();
    private int noted;

    Reader(JsonParser parser, Findings findings) {
      this.parser = parser;
      this.findings = findings;
    }

    Optional<TokenizerJson> file() throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        findings.add(NAME, "holds no JSON object");
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("model") && value == JsonToken.START_OBJECT) {
          model();
        } else {
          trees.put(name, parser.readValueAsTree());
        }
      }
      Map<String, Integer> tokens = ids;
      if (tokens == null) {
        findings.add(NAME, "has no vocabulary (model.vocab)");
        return Optional.empty();
      }
      TokenizerModel model =
          new TokenizerModel(
              text("type"),
              tokens,
              scores,
              merges,
              settings.containsKey("unk_token") ? text("unk_token") : null,
              setting("unk_id").asInt(-1),
              setting("byte_fallback").asBoolean(false),
              settings.containsKey("byte_fallback"),
              setting("ignore_merges").asBoolean(false));
      return Optional.of(
          new TokenizerJson(
              tree("added_tokens"),
              tree("normalizer"),
              tree("pre_tokenizer"),
              tree("post_processor"),
              tree("decoder"),
              model));
    }

    private JsonNode tree(String name) {
      return trees.getOrDefault(name, MissingNode.getInstance());
    }

    private JsonNode setting(String name) {
      return settings.getOrDefault(name, MissingNode.getInstance());
    }

    private String text(String name) {
      return setting(name).asText("");
    }

    private void model() throws IOException {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
          ids = tokenIds();
        } else if (name.equals("vocab") && value == JsonToken.START_ARRAY) {
          ids = scoredTokens();
        } else if (name.equals("merges") && value == JsonToken.START_ARRAY) {
          merges = merges();
        } else {
          settings.put(name, parser.readValueAsTree());
        }
      }
    }

    private Map<String, Integer> tokenIds() throws IOException {
      Map<String, Integer> tokens = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String token = parser.currentName();
        if (parser.nextToken() != JsonToken.VALUE_NUMBER_INT
            || parser.getNumberType() != JsonParser.NumberType.INT
            || parser.getIntValue() < 0) {
          note(
              "the id of token %s is %s, expected an integer from 0 on"
                  .formatted(token, parser.getText()));
          parser.skipChildren();
          continue;
        }
        tokens.put(token, parser.getIntValue());
      }
      return tokens;
    }

    private Map<String, Integer> scoredTokens() throws IOException {
      Map<String, Integer> tokens = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        JsonNode pair = parser.readValueAsTree();
        if (!pair.path(0).isTextual() || !pair.path(1).isNumber()) {
          note("token %d is %s, expected [text, score]".formatted(scores.size(), pair));
        }
        tokens.put(pair.path(0).asText(), scores.size());
        scores.add((float) pair.path(1).asDouble());
      }
      return tokens;
    }

    private List<String> merges() throws IOException {
      List<String> pairs = new ArrayList<>();
      while (true) {
        switch (parser.nextToken()) {
          case END_ARRAY -> {
            return pairs;
          }
          case VALUE_STRING -> pairs.add(parser.getText());
          default -> {
            JsonNode pair = parser.readValueAsTree();
            if (pair.size() != 2 || !pair.path(0).isTextual() || !pair.path(1).isTextual()) {
              note("merge %d is %s, expected two tokens".formatted(pairs.size(), pair));
            }
            // GGUF joins the two by a blank: one inside is written as byte-level BPE writes it.
            pairs.add(escaped(pair.path(0)) + " " + escaped(pair.path(1)));
          }
        }
      }
    }

    private static String escaped(JsonNode token) {
      return token.asText().replace(' ', 'Ġ');
    }

    /// Notes what is wrong with the model, and not each of a million times.
    private void note(String what) {
      if (noted++ < 5) {
        findings.add(NAME, what);
      }
    }
  }
}
