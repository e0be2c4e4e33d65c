package dev.computepool.cli.command.publish;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.hash.Digest;
import dev.computepool.publish.PublishResult;
import dev.computepool.publish.PublishResult.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What was published.
///
/// @param work where results and the journal are kept
record PublishReport(String source, String name, String work, List<Step> steps) implements Report {
  /// One step.
  ///
  /// @param state `done`, or `kept` if it had been done before
  /// @param seconds that it took when it was done
  /// @param facts what else came of it
  record Step(
      String step,
      String state,
      double seconds,
      long bytes,
      List<File> files,
      Map<String, String> facts) {
    static Step of(Outcome outcome) {
      List<File> files = new ArrayList<>();
      outcome
          .outputs()
          .files()
          .forEach(
              (path, stamp) -> files.add(File.of(path.toString(), stamp.bytes(), stamp.sha256())));
      return new Step(
          outcome.step().name(),
          outcome.kept() ? "kept" : "done",
          outcome.time().toNanos() / 1e9,
          outcome.outputs().bytes(),
          files,
          outcome.facts());
    }
  }

  /// A file that a step made.
  record File(String path, long bytes, @Nullable String sha256) {
    static File of(String path, long bytes, @Nullable Digest sha256) {
      return new File(path, bytes, sha256 == null ? null : sha256.hex());
    }
  }

  static PublishReport of(PublishResult result) {
    return new PublishReport(
        result.request().source().path().toString(),
        result.request().name(),
        result.request().work().toString(),
        result.steps().stream().map(Step::of).toList());
  }

  @Override
  public void print(Text out) {
    Table table = new Table().left("step").left("state").right("size").left("result");
    for (Step step : steps) {
      String path = step.facts().getOrDefault("path", first(step));
      String result = step.facts().getOrDefault("address", path);
      boolean here = !step.files().isEmpty();
      String size = here ? ByteSize.format(step.bytes()) : "";
      table.row(step.step(), step.state(), size, result);
    }
    out.table(table);
    for (Step step : steps) {
      String run = step.facts().get("run");
      if (run != null) {
        out.blank();
        out.line("to run it: " + run);
      }
    }
  }

  private static String first(Step step) {
    List<String> paths = step.files().stream().map(File::path).toList();
    if (paths.isEmpty()) {
      return "";
    }
    return paths.size() == 1 ? paths.getFirst() : "%d files".formatted(paths.size());
  }
}
