package dev.computepool.cli.command.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SyntaxProblem;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.cli.term.Characters;
import dev.computepool.train.run.LineFollower;
import dev.computepool.train.run.RunFiles;
import dev.computepool.train.run.RunStatus;
import dev.computepool.train.run.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `cp train logs`: what a run said.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train logs latest --tail 20",
      "  cp train logs latest -f",
      "  cp train logs latest --metrics | tail -1",
      "",
      "Metrics and events are JSON, one object a line, as they are in the run's folder.",
      "A line that is still being written is not shown."
    })
public final class TrainLogsCommand extends Command {
  private static final long LOOK_MILLIS = 200;
  private static final JsonMapper JSON = new JsonMapper();

  @Mixin private RunFlags run = new RunFlags();

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what comes, until the run ends.")
  private boolean follow;

  @Option(names = "--metrics", description = "The metrics instead.")
  private boolean metrics;

  @Option(names = "--events", description = "The events instead.")
  private boolean events;

  @Option(names = "--tail", paramLabel = "N", description = "Begin with the last N lines.")
  private @Nullable Long tail;

  public TrainLogsCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    if (metrics && events) {
      throw new UsageException("--metrics and --events do not go together");
    }
    if (tail != null && tail < 0) {
      throw new UsageException("--tail must be 0 or more, not " + tail);
    }
    if (follow && out.options().json()) {
      throw new UsageException(
          "--follow does not go with --json, which is one document",
          "--metrics and --events are JSON, one object a line");
    }
    RunFiles files = run.find(context()).files();
    Path file = metrics ? files.metrics() : events ? files.events() : files.log();
    LineFollower lines = tail == null ? LineFollower.ofAll(file) : LineFollower.ofLast(file, tail);
    if (out.options().json()) {
      out.show(document(file, lines));
      return ExitCode.DONE;
    }
    if (!follow && !Files.exists(file)) {
      out.note("%s is not there yet".formatted(file));
    }
    try {
      print(files.folder(), lines, out);
    } catch (CancelledException e) {
      out.note("the run itself goes on");
      throw e;
    }
    return ExitCode.DONE;
  }

  private void print(Path folder, LineFollower lines, Output out) throws IOException {
    while (true) {
      // Asked before reading: what was written before the run ended is read in any case.
      boolean more = follow && Runs.find(folder).status() == RunStatus.RUNNING;
      for (List<String> some = lines.next(); !some.isEmpty(); some = lines.next()) {
        out.cancellation().check();
        StringBuilder text = new StringBuilder();
        some.forEach(line -> text.append(Characters.visible(line)).append('\n'));
        out.write(text.toString());
      }
      if (!more) {
        return;
      }
      Pause.of(LOOK_MILLIS, out.cancellation());
    }
  }

  private Lines document(Path file, LineFollower lines) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (List<String> some = lines.next(); !some.isEmpty(); some = lines.next()) {
      for (String line : some) {
        all.add(node(file, line));
      }
    }
    return new Lines(file.toString(), all);
  }

  private JsonNode node(Path file, String line) throws FormatException {
    if (!metrics && !events) {
      return TextNode.valueOf(line);
    }
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new FormatException(
          file.toString(), new Problem("", "a line is not JSON: " + SyntaxProblem.words(e)));
    }
  }

  /// Lines of a file: texts, or objects.
  private record Lines(String path, List<JsonNode> lines) implements Report {
    @Override
    public void print(Text out) {
      lines.forEach(line -> out.line(line.toString()));
    }
  }
}
