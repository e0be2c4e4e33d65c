package dev.computepool.cli.command.train;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.cli.output.Counts;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.cli.term.Characters;
import dev.computepool.train.config.Finding;
import dev.computepool.train.preflight.DatasetFacts;
import dev.computepool.train.preflight.Estimate;
import dev.computepool.train.preflight.ModelFacts;
import dev.computepool.train.preflight.PreflightReport;
import dev.computepool.train.preflight.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What was found in a configuration, and what its run would take.
///
/// @param ok whether a run can begin
/// @param problems what must be put right first, in the order of the file
/// @param notes what is otherwise than one might think
record ConfigView(
    String path,
    boolean ok,
    int problemCount,
    List<Row> problems,
    List<Row> notes,
    @Nullable Model model,
    @Nullable Dataset dataset,
    @Nullable Bytes memory,
    @Nullable Bytes disk,
    @Nullable Work work)
    implements Report {

  /// One finding; line and column count from 1.
  record Row(int line, int column, String key, String what) {
    static Row of(Finding finding) {
      return new Row(
          finding.place().line(), finding.place().column(), finding.key(), finding.what());
    }

    private String text() {
      return "line %d, column %d: %s".formatted(line, column, Characters.visible(what));
    }
  }

  /// The model to start from.
  record Model(String path, String architecture, long parameters, long bytes) {
    static Model of(ModelFacts model) {
      return new Model(
          model.folder().normalize().toString(),
          model.architecture(),
          model.parameters(),
          model.bytes());
    }
  }

  /// The examples.
  ///
  /// @param exact whether they were counted
  record Dataset(String path, long bytes, long examples, boolean exact) {
    static Dataset of(DatasetFacts dataset) {
      return new Dataset(
          dataset.path().normalize().toString(),
          dataset.bytes(),
          dataset.examples(),
          dataset.exact());
    }
  }

  /// An estimate.
  ///
  /// @param availableBytes absent where that is not known
  record Bytes(long totalBytes, @Nullable Long availableBytes, List<Part> parts) {
    static Bytes of(Estimate estimate) {
      boolean known = estimate.available() < Long.MAX_VALUE;
      return new Bytes(
          estimate.total(),
          known ? estimate.available() : null,
          estimate.parts().stream().map(p -> new Part(p.name(), p.bytes(), p.formula())).toList());
    }
  }

  /// What takes some of an estimate.
  record Part(String name, long bytes, String formula) {}

  /// How much there is to do.
  ///
  /// @param certainty of examples and steps: `exact`, `about` or `at_most`
  /// @param tokens at most
  /// @param seconds at most; absent without a measurement
  record Work(
      long examples,
      String certainty,
      long steps,
      long tokens,
      @Nullable Long seconds,
      @Nullable String measurement) {
    static Work of(Workload workload) {
      return new Work(
          workload.examples(),
          workload.certainty().name().toLowerCase(Locale.ROOT),
          workload.steps(),
          workload.tokens(),
          workload.seconds(),
          workload.measurement());
    }

    private String prefix() {
      return Workload.Certainty.valueOf(certainty.toUpperCase(Locale.ROOT)).prefix();
    }
  }

  static ConfigView of(PreflightReport report) {
    List<Row> notes =
        report.findings().stream()
            .filter(f -> f.level() == Finding.Level.NOTE)
            .map(Row::of)
            .toList();
    ModelFacts model = report.model();
    DatasetFacts dataset = report.dataset();
    Estimate memory = report.memory();
    Estimate disk = report.disk();
    Workload workload = report.workload();
    return new ConfigView(
        report.file().toString(),
        report.problems().isEmpty(),
        report.problems().size(),
        report.problems().stream().map(Row::of).toList(),
        notes,
        model == null ? null : Model.of(model),
        dataset == null ? null : Dataset.of(dataset),
        memory == null ? null : Bytes.of(memory),
        disk == null ? null : Bytes.of(disk),
        workload == null ? null : Work.of(workload));
  }

  /// What came out, in a few words.
  String verdict() {
    String found = problemCount == 0 ? "no problem" : Counts.of(problemCount, "problem");
    return notes.isEmpty()
        ? found
        : "%s, %d note%s".formatted(found, notes.size(), notes.size() == 1 ? "" : "s");
  }

  @Override
  public void print(Text out) {
    problems.forEach(row -> out.line(out.style().bad("problem") + "  " + row.text()));
    notes.forEach(row -> out.line(out.style().doubtful("note") + "     " + row.text()));
    Table table = new Table().left("").left("").left("");
    if (model != null) {
      table.row("base model", model.path(), describe(model));
    }
    if (dataset != null) {
      table.row("dataset", dataset.path(), describe(dataset));
    }
    if (work != null) {
      table.row(
          "work",
          work.prefix() + work.steps() + " steps",
          "%s%d examples an epoch".formatted(work.prefix(), work.examples()));
      table.row("time", time(work), measurement(work));
    }
    estimate(table, "memory", memory, "this machine has %s");
    estimate(table, "disk", disk, "%s are free");
    if (!table.isEmpty()) {
      if (!problems.isEmpty() || !notes.isEmpty()) {
        out.blank();
      }
      out.table(table);
    }
  }

  private static String describe(Model model) {
    return "%s, %s parameters, %s"
        .formatted(model.architecture(), model.parameters(), ByteSize.format(model.bytes()));
  }

  private static String describe(Dataset dataset) {
    return "%s%d lines, %s"
        .formatted(
            dataset.exact() ? "" : "about ", dataset.examples(), ByteSize.format(dataset.bytes()));
  }

  private static String time(Work work) {
    return work.seconds() == null
        ? "no measurement yet"
        : "at most " + Durations.format(Duration.ofSeconds(work.seconds()));
  }

  private static String measurement(Work work) {
    String tokens = "at most %d tokens".formatted(work.tokens());
    return tokens
        + "; "
        + (work.measurement() == null ? "'bench train' measures this machine" : work.measurement());
  }

  private static void estimate(Table table, String name, @Nullable Bytes bytes, String available) {
    if (bytes == null) {
      return;
    }
    String there =
        bytes.availableBytes() == null
            ? ""
            : available.formatted(ByteSize.format(bytes.availableBytes()));
    table.row(name, "at most " + ByteSize.format(bytes.totalBytes()), there);
    for (Part part : bytes.parts()) {
      table.row("  " + part.name(), ByteSize.format(part.bytes()), part.formula());
    }
  }
}
