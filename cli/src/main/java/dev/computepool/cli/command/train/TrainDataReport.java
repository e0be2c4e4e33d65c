package dev.computepool.cli.command.train;

import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.crawl.CrawlReport;
import dev.computepool.crawl.dataset.DatasetReport;
import dev.computepool.crawl.dataset.DatasetReport.LeftOut;
import dev.computepool.crawl.fetch.Refusal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a crawl came to.
///
/// @param path the dataset, null if nothing came of it
/// @param files all that was written
/// @param outcomes how many pages came to what
/// @param documentsLeftOut documents of which nothing is in the dataset, and why
/// @param leftOut texts that are not in the dataset, and why
record TrainDataReport(
    @Nullable String path,
    List<String> files,
    List<From> sources,
    long pages,
    long documents,
    long fromCache,
    long requests,
    Map<String, Long> outcomes,
    List<CrawlReport.Failure> failures,
    @Nullable Long examples,
    @Nullable Long validationExamples,
    Map<String, Long> documentsLeftOut,
    Map<String, Long> leftOut)
    implements Report {
  private static final int MOST_SHOWN = 10;

  /// One source.
  ///
  /// @param unitsUsed what a search cost, null where nobody says
  /// @param unitsLeft what is left of the account, null where nobody says
  record From(
      String kind,
      String name,
      long pages,
      long documents,
      @Nullable Integer searchRequests,
      @Nullable Long unitsUsed,
      @Nullable Long unitsLeft,
      @Nullable String note) {
    static From of(CrawlReport.SourceCount count) {
      var findings = count.findings();
      return new From(
          count.kind(),
          count.name(),
          count.pages(),
          count.documents(),
          findings == null ? null : findings.requests(),
          findings == null ? null : findings.unitsUsed(),
          findings == null ? null : findings.unitsLeft(),
          count.note());
    }
  }

  static TrainDataReport of(CrawlReport report) {
    DatasetReport dataset = report.dataset();
    Map<String, Long> documentsLeftOut = new TreeMap<>();
    Map<String, Long> leftOut = new TreeMap<>();
    CrawlReport.LeftOver nothing = report.leftOut();
    if (dataset != null) {
      put(dataset.documentsLeftOut(), documentsLeftOut);
      put(dataset.chunksLeftOut(), leftOut);
    } else if (nothing != null) {
      put(nothing.documents(), documentsLeftOut);
      put(nothing.texts(), leftOut);
    }
    List<String> files =
        Stream.concat(
                dataset == null ? Stream.of() : files(dataset.files()),
                Stream.of(report.reportFile()))
            .map(Path::toString)
            .toList();
    return new TrainDataReport(
        dataset == null ? null : dataset.files().train().toString(),
        files,
        report.sources().stream().map(From::of).toList(),
        report.pages(),
        report.documents(),
        report.fromCache(),
        report.requests(),
        report.outcomes(),
        report.failures(),
        dataset == null ? null : dataset.train(),
        dataset == null ? null : dataset.validation(),
        documentsLeftOut,
        leftOut);
  }

  private static void put(Map<LeftOut, Long> counts, Map<String, Long> named) {
    counts.forEach((why, n) -> named.put(why.name().toLowerCase(Locale.ROOT), n));
  }

  private static Stream<Path> files(DatasetReport.Written files) {
    Stream<Path> always = Stream.of(files.train(), files.leftOut(), files.card());
    return (files.validation() == null
            ? always
            : Stream.concat(always, Stream.of(files.validation())))
        .sorted();
  }

  @Override
  public void print(Text out) {
    Table table =
        new Table().left("source").left("name").right("pages").right("documents").left("");
    sources.forEach(s -> table.row(s.kind(), s.name(), n(s.pages()), n(s.documents()), note(s)));
    out.table(table).blank();
    Table counts = new Table().left("").right("");
    outcomes.forEach((outcome, count) -> counts.row(meaning(outcome), n(count)));
    counts.row("requests made", n(requests));
    if (examples != null) {
      counts.row("examples", n(examples));
    }
    if (validationExamples != null && validationExamples > 0) {
      counts.row("examples set aside", n(validationExamples));
    }
    documentsLeftOut.forEach(
        (why, count) -> counts.row("documents left out: " + why.replace('_', ' '), n(count)));
    leftOut.forEach(
        (why, count) -> counts.row("texts left out: " + why.replace('_', ' '), n(count)));
    out.table(counts);
    if (!failures.isEmpty()) {
      out.blank();
      failures.stream()
          .limit(MOST_SHOWN)
          .forEach(f -> out.line("%s: %s".formatted(f.place(), f.reason())));
      if (failures.size() > MOST_SHOWN) {
        out.line("and %d more".formatted(failures.size() - MOST_SHOWN));
      }
    }
    out.blank();
    files.forEach(file -> out.line("file  " + file));
  }

  private static String n(long number) {
    return Long.toString(number);
  }

  private static String note(From source) {
    String units =
        source.unitsLeft() == null ? "" : "%d credits left".formatted(source.unitsLeft());
    String note = source.note() == null ? "" : source.note();
    return units.isEmpty() || note.isEmpty() ? units + note : note + ", " + units;
  }

  private static String meaning(String outcome) {
    for (Refusal refusal : Refusal.values()) {
      if (refusal.name().equalsIgnoreCase(outcome)) {
        return "left out: " + refusal.meaning();
      }
    }
    return "documents";
  }
}
