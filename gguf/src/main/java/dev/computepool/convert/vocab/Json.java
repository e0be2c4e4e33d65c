package dev.computepool.convert.vocab;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.SyntaxProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// JSON as Python reads it: `NaN` is a number, of two equal keys the last counts, and what is
/// empty, zero or null counts as absent in a condition.
final class Json {
  /// Larger files are refused; the largest tokenizers have about 35 MB.
  static final long MAX_BYTES = 512L << 20;

  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /// The object in a file.
  ///
  /// @return nothing if there is no such file, or if it is broken, which is then noted
  static Optional<ObjectNode> object(Path file, Findings findings) throws IOException {
    if (!Files.isRegularFile(file) || tooLarge(file, findings)) {
      return Optional.empty();
    }
    String name = file.getFileName().toString();
    try {
      if (MAPPER.readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
        return Optional.of(object);
      }
      findings.add(name, "holds no JSON object");
    } catch (JsonProcessingException e) {
      findings.add(place(name, e), "not JSON: " + SyntaxProblem.words(e));
    }
    return Optional.empty();
  }

  /// Whether a file exceeds the limit, which is then noted.
  static boolean tooLarge(Path file, Findings findings) throws IOException {
    long size = Files.size(file);
    if (size <= MAX_BYTES) {
      return false;
    }
    findings.add(
        file.getFileName().toString(),
        "%d bytes exceed the limit of %d".formatted(size, MAX_BYTES));
    return true;
  }

  /// Where in a file the JSON breaks.
  static String place(String name, JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null
        ? name
        : "%s, line %d, column %d".formatted(name, at.getLineNr(), at.getColumnNr());
  }

  /// Whether Python takes a value for true in a condition.
  static boolean truthy(JsonNode node) {
    return switch (node.getNodeType()) {
      case MISSING, NULL -> false;
      case BOOLEAN -> node.booleanValue();
      case STRING -> !node.textValue().isEmpty();
      case NUMBER -> node.doubleValue() != 0;
      case ARRAY, OBJECT -> !node.isEmpty();
      case BINARY, POJO -> true;
    };
  }

  /// A member of an object, or of anything else {@link MissingNode}.
  static JsonNode get(JsonNode node, String key) {
    return node.path(key);
  }

  /// The text of a string, or of an object that describes a token its `content`.
  static Optional<String> content(JsonNode token) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    return text.isTextual() ? Optional.of(text.textValue()) : Optional.empty();
  }
}
