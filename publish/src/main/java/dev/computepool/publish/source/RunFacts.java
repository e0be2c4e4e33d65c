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
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a training run wrote down about itself, as `docs/formats.md` describes a run's folder.
///
/// @param folder of the run
/// @param until the step after which it is not looked at: it came later than what is published
/// @param tree `run.json` as it stands, without what came later
/// @param loss of training, by step
/// @param validationLoss where it was measured, by step
public record RunFacts(
    Path folder, long until, ObjectNode tree, List<Point> loss, List<Point> validationLoss) {
  /// To its end, or as far as it has come.
  static final long END = Long.MAX_VALUE;

  /// What `run.json` tells of its last step.
  private static final List<String> OF_THE_END =
      List.of("status", "reason", "epoch", "loss", "elapsed_s", "ended_at", "best", "checkpoint");

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
  /// @param until {@link #END}, or the step that is published
  /// @throws dev.computepool.base.FormatException if `run.json` is broken
  static RunFacts read(Path folder, long until) throws IOException {
    Problems problems = new Problems();
    ObjectNode tree =
        JsonFile.object(folder.resolve(FILE), problems).orElseGet(JSON::createObjectNode);
    problems.throwIfAny(folder);
    if (until < tree.path("step").asLong()) {
      tree.remove(OF_THE_END);
      tree.put("step", until);
    }
    return new RunFacts(
        folder,
        until,
        tree,
        points(folder.resolve("metrics.jsonl"), "", "loss", until),
        points(folder.resolve("events.jsonl"), "eval", "eval_loss", until));
  }

  /// The same run as it is by now.
  public RunFacts readAgain() throws IOException {
    return read(folder, until);
  }

  /// One value of each line that has it. A line that is being written, or that another program has
  /// broken, tells nothing.
  ///
  /// @param type of the lines, or empty for all
  private static List<Point> points(Path file, String type, String key, long until)
      throws IOException {
    List<Point> points = new ArrayList<>();
    if (!Files.isRegularFile(file)) {
      return points;
    }
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode tree = parsed(line);
        boolean wanted = type.isEmpty() || tree.path("type").asText().equals(type);
        long step = tree.path("step").isIntegralNumber() ? tree.get("step").asLong() : END;
        if (wanted && step < END && step <= until && tree.path(key).isNumber()) {
          points.add(new Point(step, tree.get(key).asDouble()));
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

  /// The folder of the model that it began with, if that is still there.
  public Optional<Path> base() {
    try {
      return Optional.of(Path.of(tree.path("base_model").asText("")))
          .filter(base -> Files.isRegularFile(base.resolve("config.json")));
    } catch (InvalidPathException e) {
      return Optional.empty(); // of another system
    }
  }

  /// How it is: `running`, `completed`, `stopped` or `failed`.
  public String status() {
    return tree.path("status").asText("unknown");
  }

  /// What `cp train data` wrote of the dataset, if that is still the one that was learned.
  public Optional<ObjectNode> dataset() throws IOException {
    Optional<Path> report = report();
    if (report.isEmpty()) {
      return Optional.empty();
    }
    long examples = tree.at("/dataset/training/examples").asLong(-1);
    return JsonFile.object(report.get(), new Problems())
        .map(told -> told.path("dataset"))
        .filter(told -> told.path("train").asLong(-2) == examples)
        .map(told -> told instanceof ObjectNode object ? object : null);
  }

  private Optional<Path> report() {
    String path = tree.at("/dataset/training/path").asText("");
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Path file = Path.of(path);
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.jsonl$", "");
    return Optional.of(file.resolveSibling(name + ".report.json")).filter(Files::isRegularFile);
  }

  /// The files that this was read from.
  public List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (String name : List.of(FILE, "metrics.jsonl", "events.jsonl")) {
      if (Files.isRegularFile(folder.resolve(name))) {
        files.add(folder.resolve(name));
      }
    }
    report().ifPresent(files::add);
    return files;
  }
}
