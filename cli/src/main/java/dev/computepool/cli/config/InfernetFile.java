package dev.computepool.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.FormatException;
import dev.computepool.base.SyntaxProblem;
import dev.computepool.cli.term.Environment;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What Infernet's own program keeps of a node: `infernet/config.json` among the user's settings.
///
/// @param secretKey `node.privateKey`; empty if there is none
/// @param controlPlane `controlPlane.url`; empty if there is none
public record InfernetFile(Path path, String secretKey, String controlPlane) {
  private static final long MAX_BYTES = 1 << 20;

  /// Reads it; a file that does not exist says nothing.
  ///
  /// @throws FormatException if it is no JSON object
  public static InfernetFile read(Environment environment) throws IOException {
    Path path = Config.userFolder(environment).resolve("infernet").resolve("config.json");
    if (!Files.exists(path)) {
      return new InfernetFile(path, "", "");
    }
    if (Files.size(path) > MAX_BYTES) {
      throw problem(path, "is too large for settings");
    }
    JsonNode json;
    try {
      json = JsonMapper.builder().build().readTree(Files.readAllBytes(path));
    } catch (JsonProcessingException | CharConversionException e) {
      // What is wrong may repeat what the parser stumbled over, and keys are in this file.
      throw new FormatException(
          path.toString(), new FormatException.Problem(SyntaxProblem.json(e).at(), "is no JSON"));
    }
    if (!json.isObject()) {
      throw problem(path, "is no JSON object");
    }
    return new InfernetFile(
        path,
        json.at("/node/privateKey").asText("").strip(),
        json.at("/controlPlane/url").asText("").strip());
  }

  private static FormatException problem(Path path, String what) {
    return new FormatException(path.toString(), new FormatException.Problem("", what));
  }

  /// Without the key.
  @Override
  public String toString() {
    return path.toString();
  }
}
