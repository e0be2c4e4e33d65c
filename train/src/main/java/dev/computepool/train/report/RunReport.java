package dev.computepool.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.base.AtomicFile;
import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.train.run.RunEvent;
import dev.computepool.train.run.RunFigures;
import dev.computepool.train.run.RunState;
import dev.computepool.train.run.SavedCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A run as one page of HTML that needs nothing but itself.
public final class RunReport {
  private static final double MAX_SECONDS = 1e11;

  private final RunRecord record;
  private final RunState state;
  private final StringBuilder out = new StringBuilder();

  private RunReport(RunRecord record) {
    this.record = record;
    this.state = record.run().state();
  }

  /// Writes the page.
  ///
  /// @param force whether a file of that name is replaced
  /// @return its bytes
  /// @throws java.nio.file.FileAlreadyExistsException if there is one and it is not
  public static long write(
      RunRecord record, List<Instruction> instructions, Path target, boolean force)
      throws IOException {
    byte[] page = html(record, instructions).getBytes(StandardCharsets.UTF_8);
    try (AtomicFile file = force ? AtomicFile.replace(target) : AtomicFile.create(target)) {
      file.write(ByteBuffer.wrap(page));
      file.commit();
    }
    return page.length;
  }

  /// The page.
  public static String html(RunRecord record, List<Instruction> instructions) {
    return new RunReport(record).page(instructions);
  }

  private String page(List<Instruction> instructions) {
    String title = Html.escape("%s, %s".formatted(state.name(), state.id()));
    out.append(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="ComputePool %s">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        <main>
        """
            .formatted(Html.escape(state.version()), title, Style.CSS));
    head();
    plots();
    figures();
    checkpoints();
    instructions(instructions);
    tree("Dataset", state.dataset());
    tree("Model", state.model());
    tree("Machine", state.machine());
    config();
    return out.append("</main>\n</body>\n</html>\n").toString();
  }

  private void head() {
    String label = record.run().status().label();
    out.append("<header>\n<h1>%s</h1>\n".formatted(Html.escape(state.name())));
    out.append("<p><span class=\"status %s\">%s</span> ".formatted(label, label));
    out.append("<code>%s</code></p>\n".formatted(Html.escape(state.id())));
    String reason = state.reason();
    if (reason != null) {
      out.append("<p class=\"reason\">%s</p>\n".formatted(Html.escape(reason)));
    }
    out.append("</header>\n");
  }

  private void plots() {
    List<Plot> plots = Plots.of(record);
    if (plots.isEmpty()) {
      out.append("<p>There are no metrics yet.</p>\n");
    }
    for (Plot plot : plots) {
      out.append("<figure>\n<figcaption>%s".formatted(Html.escape(plot.title())));
      if (plot.series().size() > 1) {
        for (int i = 0; i < plot.series().size(); i++) {
          out.append(
              " <span class=\"key s%d\">%s</span>"
                  .formatted(i, Html.escape(plot.series().get(i).name())));
        }
      }
      out.append("</figcaption>\n").append(Drawing.of(plot));
      if (plot.gaps() > 0) {
        out.append(
            "<p class=\"reason\">%d values are no numbers and are not drawn.</p>\n"
                .formatted(plot.gaps()));
      }
      out.append("</figure>\n");
    }
  }

  private void figures() {
    RunFigures figures = record.figures();
    begin("Facts");
    row("run", state.id());
    row("begun", state.startedAt());
    row("ended", state.endedAt());
    row("steps", state.steps() > 0 ? "%d of %d".formatted(state.step(), state.steps()) : null);
    row("epoch", Numbers.text(state.epoch()));
    row("training", time(state.elapsedS()));
    row("training loss", figures.last() == null ? null : Numbers.text(figures.last().loss()));
    row("best validation loss", evaluation(figures.bestEvaluation()));
    row("last validation loss", evaluation(figures.lastEvaluation()));
    Double rate = figures.tokensPerS();
    row("tokens a second", rate == null ? null : Numbers.text(rate));
    Long memory = figures.peakMemory();
    row("most memory", memory == null ? null : ByteSize.format(memory));
    row("base model", state.baseModel());
    row("runtime", state.runtime());
    row("workload class", state.workloadClass());
    row("folder", record.run().files().folder().toString());
    row("made with", "ComputePool " + state.version());
    Integer exit = state.exitCode();
    row("exit code", exit == null ? null : exit.toString());
    end();
  }

  private static @Nullable String evaluation(RunEvent.@Nullable Evaluated evaluation) {
    return evaluation == null
        ? null
        : "%s at step %d (perplexity %s)"
            .formatted(
                Numbers.text(evaluation.loss()),
                evaluation.step(),
                Numbers.text(evaluation.perplexity()));
  }

  private static @Nullable String time(double seconds) {
    return seconds >= 0 && seconds < MAX_SECONDS
        ? Durations.format(Duration.ofMillis(Math.round(seconds * 1000)))
        : null;
  }

  private void checkpoints() {
    if (record.checkpoints().isEmpty()) {
      return;
    }
    begin("Checkpoints");
    for (SavedCheckpoint checkpoint : record.checkpoints()) {
      row(checkpoint.name(), ByteSize.format(checkpoint.bytes()));
    }
    end();
  }

  private void instructions(List<Instruction> instructions) {
    if (instructions.isEmpty()) {
      return;
    }
    out.append("<section>\n<h2>Commands</h2>\n<dl>\n");
    for (Instruction instruction : instructions) {
      out.append(
          "<dt>%s</dt>\n<dd><pre>%s</pre></dd>\n"
              .formatted(Html.escape(instruction.what()), Html.escape(instruction.command())));
    }
    out.append("</dl>\n</section>\n");
  }

  /// What a part of `run.json` says, whatever it is.
  private void tree(String title, @Nullable JsonNode node) {
    if (node == null || node.isEmpty()) {
      return;
    }
    begin(title);
    leaves("", node);
    end();
  }

  private void leaves(String path, JsonNode node) {
    if (!node.isContainerNode() || node.isEmpty()) {
      row(path, path.endsWith("bytes") ? bytes(node) : node.asText());
      return;
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        leaves("%s[%d]".formatted(path, i), node.get(i));
      }
      return;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      leaves(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue());
    }
  }

  private static String bytes(JsonNode node) {
    return node.isIntegralNumber() && node.asLong() >= 0
        ? "%s (%d bytes)".formatted(ByteSize.format(node.asLong()), node.asLong())
        : node.asText();
  }

  private void config() {
    String config = record.config();
    if (config != null) {
      out.append(
          "<section>\n<h2>Configuration</h2>\n<pre class=\"config\">%s</pre>\n</section>\n"
              .formatted(Html.escape(config)));
    }
  }

  private void begin(String title) {
    out.append("<section>\n<h2>%s</h2>\n<table>\n".formatted(Html.escape(title)));
  }

  private void row(String name, @Nullable String value) {
    if (value != null) {
      out.append(
          "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n"
              .formatted(Html.escape(name), Html.escape(value)));
    }
  }

  private void end() {
    out.append("</table>\n</section>\n");
  }
}
