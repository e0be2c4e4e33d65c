package dev.computepool.train.external;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.train.run.ProgramReport;
import dev.computepool.train.run.ProgramReport.Measured;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Reads the lines in which a program tells how its training goes; `docs/training.md` has the
/// contract. Both ways of Infernet's runners are understood: objects with a `type` and objects with
/// an `event`.
final class ReportLine {
  // Python writes NaN and Infinity, which no other JSON has.
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /// Numbers above are no exact integers for most who write JSON.
  private static final long MAX_STEP = 1L << 53;

  private ReportLine() {}

  /// What a line tells; nothing if it is just something that was printed.
  static Optional<ProgramReport> parse(String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    JsonNode tree;
    try {
      tree = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return Optional.empty(); // looks like one, and is for people
    }
    return Optional.ofNullable(report(tree));
  }

  private static @Nullable ProgramReport report(JsonNode tree) {
    String kind = tree.path("type").asText(tree.path("event").asText(""));
    return switch (kind) {
      case "" -> untold(tree);
      case "meta", "training_start" ->
          new ProgramReport.Begun(
              count(tree, "steps", "max_steps", "total_steps"),
              count(tree, "parameters"),
              count(tree, "trainable_parameters"));
      case "step" -> step(tree);
      case "eval" -> evaluated(tree);
      case "checkpoint", "saved" -> saved(tree);
      case "loading_model" -> new ProgramReport.Stage("Loading the model");
      case "dataset_ready" ->
          new ProgramReport.Stage("%d examples are ready".formatted(count(tree, "rows")));
      case "log" -> text(tree).map(ProgramReport.Stage::new).orElse(null);
      case "warning" -> text(tree).map(ProgramReport.Note::new).orElse(null);
      case "error" ->
          new ProgramReport.Failed(tree.path("message").asText(tree.path("error").asText("")));
      case "done" -> text(tree).map(ProgramReport.Done::new).orElse(null);
      case "stopped" -> new ProgramReport.Stopped(count(tree, "step"));
      default -> null;
    };
  }

  /// Lines without a kind: metrics, and the error of Infernet's runner.
  private static @Nullable ProgramReport untold(JsonNode tree) {
    if (tree.path("error").isTextual()) {
      return new ProgramReport.Failed(tree.path("error").asText());
    }
    return tree.has("loss") ? step(tree) : null;
  }

  private static @Nullable ProgramReport step(JsonNode tree) {
    long step = count(tree, "step");
    if (step <= 0) {
      return null;
    }
    Double loss = number(tree, "loss");
    if (loss == null) {
      return new ProgramReport.Stepped(step, null);
    }
    Double memory = finite(tree, "memory_bytes");
    Double rate = finite(tree, "tokens_per_s");
    return new ProgramReport.Stepped(
        step,
        new Measured(
            loss,
            finite(tree, "lr"),
            finite(tree, "epoch"),
            rate == null ? finite(tree, "tokens_per_sec") : rate,
            number(tree, "grad_norm"),
            memory == null || memory < 0 ? null : memory.longValue()));
  }

  private static @Nullable ProgramReport evaluated(JsonNode tree) {
    Double loss = number(tree, tree.has("eval_loss") ? "eval_loss" : "loss");
    Double epoch = finite(tree, "epoch");
    return loss == null
        ? null
        : new ProgramReport.Evaluated(
            count(tree, "step"), epoch == null ? Double.NaN : epoch, loss);
  }

  private static @Nullable ProgramReport saved(JsonNode tree) {
    String path = tree.path("path").asText("");
    if (path.isEmpty() || path.indexOf('\0') >= 0) {
      return null;
    }
    long step = count(tree, "step");
    return new ProgramReport.Saved(path, step > 0 ? OptionalLong.of(step) : OptionalLong.empty());
  }

  private static Optional<String> text(JsonNode tree) {
    String text = tree.path("message").asText("");
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /// The first of these that is a number from 0 up; else 0.
  private static long count(JsonNode tree, String... names) {
    for (String name : names) {
      JsonNode value = tree.path(name);
      if (value.isNumber() && value.asDouble() >= 0 && value.asDouble() <= MAX_STEP) {
        return value.asLong();
      }
    }
    return 0;
  }

  private static @Nullable Double number(JsonNode tree, String name) {
    JsonNode value = tree.path(name);
    return value.isNumber() ? value.asDouble() : null;
  }

  private static @Nullable Double finite(JsonNode tree, String name) {
    Double value = number(tree, name);
    return value != null && Double.isFinite(value) ? value : null;
  }
}
