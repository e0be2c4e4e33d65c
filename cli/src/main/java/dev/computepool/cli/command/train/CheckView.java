package dev.computepool.cli.command.train;

import dev.computepool.cli.output.Counts;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.train.data.CheckReport;
import dev.computepool.train.data.Finding;
import dev.computepool.train.data.Spread;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What was found in a dataset.
///
/// @param ok whether it can be trained on as it is, or as it was written
/// @param written the file with what was put right; null if none was written
/// @param problemCount all problems, those included that are not listed
/// @param fixedCount of them, those that were put right
/// @param counts problems by kind
/// @param fixed those that were put right, by kind
/// @param problems the first 1000 of each kind
record CheckView(
    String path,
    boolean ok,
    String format,
    @Nullable String written,
    long bytes,
    long lines,
    long examples,
    Map<String, Long> turns,
    long sources,
    Spread characters,
    @Nullable Spread tokens,
    long problemCount,
    long fixedCount,
    Map<String, Long> counts,
    Map<String, Long> fixed,
    List<Row> problems)
    implements Report {
  private static final int SHOWN = 100;

  /// One problem; line and column count from 1.
  record Row(long line, int column, String kind, String what, boolean fixable) {
    static Row of(Finding finding) {
      return new Row(
          finding.line(),
          finding.column(),
          label(finding.kind()),
          finding.what(),
          finding.fixable());
    }
  }

  /// @param target the file that was written with `fix`; null for the dataset itself, which stays
  ///     as it is if nothing can be put right
  static CheckView of(String source, @Nullable String target, boolean fix, CheckReport report) {
    String file = target == null ? source : target;
    boolean written = fix && (!file.equals(source) || !report.fixed().isEmpty());
    return new CheckView(
        source,
        report.isValid(),
        report.format().label(),
        written ? file : null,
        report.bytes(),
        report.lines(),
        report.examples(),
        labels(report.turns()),
        report.sources(),
        report.characters(),
        report.tokens(),
        report.total(),
        report.total() - report.remaining(),
        labels(report.counts()),
        labels(report.fixed()),
        report.findings().stream().map(Row::of).toList());
  }

  private static Map<String, Long> labels(Map<? extends Enum<?>, Long> counts) {
    Map<String, Long> labels = new TreeMap<>();
    counts.forEach((key, count) -> labels.put(label(key), count));
    return labels;
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /// What came out, in a few words.
  String verdict() {
    String found = problemCount == 0 ? "no problem" : Counts.of(problemCount, "problem");
    String put = fixedCount == 0 ? "" : ", %d put right".formatted(fixedCount);
    return "%s%s in %s".formatted(found, put, Counts.of(lines, "line"));
  }

  @Override
  public void print(Text out) {
    for (Row row : problems.subList(0, Math.min(SHOWN, problems.size()))) {
      String label = row.fixable() ? out.style().doubtful("fixable") : out.style().bad("problem");
      out.line("%s  line %d, column %d: %s".formatted(label, row.line(), row.column(), row.what()));
    }
    if (problemCount > SHOWN) {
      out.line(
          "%d more: %s; --json lists more of them"
              .formatted(problemCount - Math.min(SHOWN, problems.size()), list(counts)));
    }
    if (!problems.isEmpty()) {
      out.blank();
    }
    Table table = new Table().left("").left("");
    table.row("format", format);
    table.row("lines", Long.toString(lines));
    table.row("examples", Long.toString(examples));
    if (!turns.isEmpty()) {
      table.row("turns", list(turns));
    }
    if (sources > 0) {
      table.row("sources", Long.toString(sources));
    }
    table.row("characters", spread(characters));
    if (tokens != null) {
      table.row("tokens", spread(tokens));
    }
    if (written != null) {
      table.row("put right", fixed.isEmpty() ? "nothing" : list(fixed));
      table.row("written", written);
    }
    out.table(table);
  }

  private static String list(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(e -> e.getValue() + " " + e.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String spread(Spread spread) {
    return "%d in all; an example has %d to %d, half have up to %d, 95%% up to %d"
        .formatted(spread.sum(), spread.min(), spread.max(), spread.median(), spread.p95());
  }
}
