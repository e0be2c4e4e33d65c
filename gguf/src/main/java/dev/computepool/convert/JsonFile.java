package dev.computepool.convert;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.SyntaxProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// JSON as Python writes it: `NaN` and `Infinity` are numbers, and of two equal keys the last
/// counts.
public final class JsonFile {
  /// Larger files are refused; the largest tokenizers have about 35 MB.
  static final long MAX_BYTES = 512L << 20;

  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private JsonFile() {}

  /// The object in a file.
  ///
  /// @return nothing if there is no such file, or if it is broken, which is then noted
  public static Optional<ObjectNode> object(Path file, Problems problems) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    String name = file.getFileName().toString();
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      problems.add(name, "%d bytes exceed the limit of %d".formatted(size, MAX_BYTES));
      return Optional.empty();
    }
    try {
      JsonNode tree = READER.readTree(Files.readAllBytes(file));
      if (tree instanceof ObjectNode object) {
        return Optional.of(object);
      }
      problems.add(name, "holds no JSON object");
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String place =
          at == null ? name : name + ", line " + at.getLineNr() + ", column " + at.getColumnNr();
      problems.add(place, "not JSON: " + SyntaxProblem.words(e));
    }
    return Optional.empty();
  }
}
