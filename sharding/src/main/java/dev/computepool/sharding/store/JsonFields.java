package dev.computepool.sharding.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SyntaxProblem;
import dev.computepool.hash.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes the fields of a JSON document apart and collects everything that is wrong with them.
///
/// A field that is missing or wrong reads as a harmless value and is remembered as a problem;
/// {@link #throwProblems} says whether the values can be believed.
final class JsonFields {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  // As serde_json writes it: two spaces, every element of an array on a line of its own.
  private static final ObjectWriter PRETTY =
      MAPPER.writer(
          new DefaultPrettyPrinter()
              .withSeparators(
                  Separators.createDefaultInstance()
                      .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                      .withObjectEmptySeparator("")
                      .withArrayEmptySeparator(""))
              .withObjectIndenter(new DefaultIndenter("  ", "\n"))
              .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  private static final int MAX_PROBLEMS = 100;

  private final String file;
  private final List<Problem> problems = new ArrayList<>();

  JsonFields(String file) {
    this.file = file;
  }

  /// All bytes of a small regular file.
  ///
  /// @throws FormatException if it has more than `limit`
  static byte[] bytes(Path path, long limit) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isRegularFile(path)) {
      throw new FileSystemException(path.toString(), null, "is not a regular file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, limit + 1));
      if (bytes.length > limit) {
        throw new FormatException(
            path.toString(), new Problem("", "has more than %d bytes".formatted(limit)));
      }
      return bytes;
    }
  }

  /// The document as serde_json would lay it out, without a line break at the end.
  static String pretty(ObjectNode document) {
    try {
      return PRETTY.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // a tree of ours, into memory
    }
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /// Reads a document that is to be an object.
  ///
  /// @throws FormatException if it is not, or not JSON
  ObjectNode parse(byte[] bytes) throws FormatException {
    JsonNode document;
    try {
      document = MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw new FormatException(file, SyntaxProblem.json(e));
    }
    if (!(document instanceof ObjectNode object)) {
      throw new FormatException(file, new Problem("", "is not a JSON object"));
    }
    return object;
  }

  void problem(String at, String what) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(new Problem(at, what));
    }
  }

  void throwProblems() throws FormatException {
    if (!problems.isEmpty()) {
      throw new FormatException(file, problems);
    }
  }

  /// A string that must be there.
  String text(JsonNode object, String key, String at) {
    JsonNode value = object.get(key);
    if (value != null && value.isTextual()) {
      return value.textValue();
    }
    wrong(value, at + key, "a string");
    return "";
  }

  /// A string that may be missing, but is no other thing.
  @Nullable String optionalText(JsonNode object, String key, String at) {
    return isAbsent(object, key) ? null : text(object, key, at);
  }

  /// An integer from 0 to `limit` that must be there.
  long integer(JsonNode object, String key, String at, long limit) {
    return integer(object.get(key), at + key, limit);
  }

  long integer(@Nullable JsonNode value, String at, long limit) {
    if (value == null || !value.isIntegralNumber()) {
      wrong(value, at, "an integer");
      return 0;
    }
    if (!value.canConvertToLong() || value.longValue() < 0 || value.longValue() > limit) {
      problem(at, "%s is not between 0 and %d".formatted(value.asText(), limit));
      return 0;
    }
    return value.longValue();
  }

  /// The elements of an array that must be there.
  List<JsonNode> array(JsonNode object, String key, String at) {
    JsonNode value = object.get(key);
    if (!(value instanceof ArrayNode array)) {
      wrong(value, at + key, "an array");
      return List.of();
    }
    List<JsonNode> elements = new ArrayList<>(array.size());
    array.forEach(elements::add);
    return elements;
  }

  /// A digest as 32 integers.
  Digest digest(JsonNode object, String key, String at) {
    JsonNode value = object.get(key);
    if (!(value instanceof ArrayNode array) || array.size() != Digest.BYTES) {
      wrong(value, at + key, "an array of 32 integers");
      return Manifest.UNKNOWN;
    }
    byte[] bytes = new byte[Digest.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) integer(array.get(i), at + key + "[" + i + "]", 255);
    }
    return Digest.of(bytes);
  }

  /// A digest as 64 lower-case hexadecimal digits.
  Digest hex(JsonNode object, String key, String at) {
    String text = text(object, key, at);
    if (text.matches("[0-9a-f]{64}")) {
      return Digest.parse(text);
    }
    problem(at + key, "'%s' is not a digest of 64 hexadecimal digits".formatted(text));
    return Manifest.UNKNOWN;
  }

  static boolean isAbsent(JsonNode object, String key) {
    return !object.hasNonNull(key);
  }

  void wrong(@Nullable JsonNode value, String at, String expected) {
    problem(
        at,
        value == null ? "is missing" : "is %s, expected %s".formatted(describe(value), expected));
  }

  private static String describe(JsonNode value) {
    String text = value.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
