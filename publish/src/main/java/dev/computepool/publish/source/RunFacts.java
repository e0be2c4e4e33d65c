package dev.computepool.publish.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.convert.JsonFile;
import dev.computepool.convert.Problems;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a training run wrote down about itself, as `docs/formats.md` describes a run's folder.
///
/// @param folder of the run
/// @param tree `run.json` as it stands
/// @param loss of training, by step
/// @param validationLoss where it was measured, by step
public record RunFacts(Path folder, ObjectNode tree, List<Point> loss, List<Point> validationLoss) {
  private static final String FILE = "run.json";
  private static final JsonMapper JSON = new JsonMapper();

  public RunFacts {
    loss = List.copyOf(loss);
    validationLoss = List.copyOf(validationLoss);
  }

  /// A value after some steps.
  public record Point(long step, double value) {}

  /// Whether a folder is that of a run.
  static boolean isRun(Path folder) {
    return Files.isRegularFile(folder.resolve(FILE));
  }

  /// Reads a run.
  ///
  /// @throws dev.computepool.base.FormatException if `run.json` is broken
  static RunFacts read(Path folder) throws IOException {
    Problems problems = new Problems();
    Optional<ObjectNode> tree = JsonFile.object(folder.resolve(FILE), problems);
    problems.throwIfAny(folder);
    return new RunFacts(
        folder,
        tree.orElseGet(JSON::createObjectNode),
        points(folder.resolve("metrics.jsonl"), "", "loss"),
        points(folder.resolve("events.jsonl"), "eval", "eval_loss"));
  }

  /// One value of each line that has it. A line that is being written, or that another program has
  /// broken, tells nothing.
  ///
  /// @param type of the lines, or empty for all
  private static List<Point> points(Path file, String type, String key) throws IOException {
    List<Point> points = new ArrayList<>();
    if (!Files.isRegularFile(file)) {
      return points;
    }
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode tree = parsed(line);
        boolean wanted = type.isEmpty() || tree.path("type").asText().equals(type);
        if (wanted && tree.path("step").isIntegralNumber() && tree.path(key).isNumber()) {
          points.add(new Point(tree.get("step").asLong(), tree.get(key).asDouble()));
        }
      }
    }
    return points;
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }

  /// What the configuration calls it.
  public String name() {
    return tree.path("name").asText("");
  }

  /// How it is: `running`, `completed`, `stopped` or `failed`.
  public String status() {
    return tree.path("status").asText("unknown");
  }

  /// The files that this was read from.
  public List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (String name : List.of(FILE, "metrics.jsonl", "events.jsonl")) {
      if (Files.isRegularFile(folder.resolve(name))) {
        files.add(folder.resolve(name));
      }
    }
    return files;
  }
}
