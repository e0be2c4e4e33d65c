package dev.computepool.convert.family;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.SyntaxProblem;
import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The `modules.json` of sentence-transformers: what follows the model.
final class Modules {
  private static final long MAX_BYTES = 1 << 20;

  private Modules() {}

  /// The folder of the pooling, if there is one.
  static Optional<String> pooling(ModelDirectory directory, Problems problems) throws IOException {
    Optional<Path> file = directory.file("modules.json");
    if (file.isEmpty()) {
      return Optional.empty();
    }
    if (Files.size(file.get()) > MAX_BYTES) {
      problems.add("modules.json", "is larger than " + MAX_BYTES + " bytes");
      return Optional.empty();
    }
    try {
      for (JsonNode module : new JsonMapper().readTree(Files.readAllBytes(file.get()))) {
        String path = module.path("path").asText();
        if (module.path("type").asText().endsWith("Pooling")) {
          if (path.isEmpty() || path.contains("..") || path.startsWith("/")) {
            problems.add("modules.json", "'" + path + "' is no folder of the model");
            return Optional.empty();
          }
          return Optional.of(path);
        }
      }
    } catch (JsonProcessingException e) {
      problems.add("modules.json", "not JSON: " + SyntaxProblem.words(e));
    }
    return Optional.empty();
  }
}
