package dev.computepool.crawl.dataset;

import dev.computepool.crawl.dataset.DatasetReport.LeftOut;
import dev.computepool.crawl.dataset.DatasetReport.Source;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Tells people what is in a dataset and where it comes from.
final class Card {
  private static final int BAR = 40;

  private final StringBuilder text = new StringBuilder();

  private Card() {}

  static String of(DatasetReport report, DatasetOptions options) {
    Card card = new Card();
    String name = String.valueOf(report.files().train().getFileName());
    card.line("# " + name).line("");
    if (!options.query().isEmpty()) {
      card.line(
          "Made of what a search for `%s` found.".formatted(options.query().replace('`', '\'')));
      card.line("");
    }
    card.line("| | |").line("|---|---|");
    card.row("format", options.format().label());
    card.row("examples to train on", report.train());
    if (options.validation() > 0) {
      card.row("examples set aside, by source", report.validation());
    }
    card.row("sources", report.sources().size());
    card.row("documents read", report.documents());
    for (Map.Entry<LeftOut, Long> left : report.documentsLeftOut().entrySet()) {
      card.row("documents left out: " + reason(left.getKey()), left.getValue());
    }
    card.row("pieces", report.chunks());
    for (Map.Entry<LeftOut, Long> left : report.chunksLeftOut().entrySet()) {
      card.row("pieces left out: " + reason(left.getKey()), left.getValue());
    }
    for (Map.Entry<Mask, Long> masked : report.masked().entrySet()) {
      card.row(
          "blacked out: " + masked.getKey().name().toLowerCase(Locale.ROOT), masked.getValue());
    }
    card.counts("Languages", "language", report.languages());
    card.counts("Licences", "licence, as the source states it", report.licences());
    Lengths tokens = report.tokens();
    if (tokens == null) {
      card.histogram("Characters of an answer", report.characters());
    } else {
      card.histogram("Tokens of an answer", tokens);
    }
    card.sources(report);
    return card.text.toString();
  }

  private static String reason(LeftOut reason) {
    return switch (reason) {
      case LANGUAGE -> "another language";
      case SHORT -> "too short";
      case DUPLICATE -> "copies";
      case NEAR_DUPLICATE -> "nearly the same as others";
      case CONTAMINATED -> "share words with what must not be learned";
    };
  }

  private Card line(String line) {
    text.append(line).append('\n');
    return this;
  }

  private void row(String name, long value) {
    row(name, Long.toString(value));
  }

  private void row(String name, String value) {
    line("| %s | %s |".formatted(cell(name), cell(value)));
  }

  private void counts(String heading, String name, Map<String, Long> counts) {
    if (counts.isEmpty()) {
      return;
    }
    line("").line("## " + heading).line("");
    line("| %s | examples |".formatted(name)).line("|---|---:|");
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(count -> row(count.getKey(), count.getValue()));
  }

  private void histogram(String heading, Lengths lengths) {
    if (lengths.count() == 0) {
      return;
    }
    line("").line("## " + heading).line("");
    line(
        "%d in all; from %d to %d, on average %s."
            .formatted(
                lengths.sum(),
                lengths.min(),
                lengths.max(),
                String.format(Locale.ROOT, "%.0f", lengths.mean())));
    line("").line("```");
    long most = lengths.bins().stream().mapToLong(Lengths.Bin::count).max().orElse(1);
    int width = Long.toString(lengths.bins().getLast().below() - 1).length();
    for (Lengths.Bin bin : lengths.bins()) {
      long bar = bin.count() == 0 ? 0 : Math.max(1, bin.count() * BAR / most);
      line(
          ("%" + width + "d to %-" + width + "d  %7d  %s")
              .formatted(bin.from(), bin.below() - 1, bin.count(), "#".repeat((int) bar))
              .stripTrailing());
    }
    line("```");
  }

  private void sources(DatasetReport report) {
    line("").line("## Sources").line("");
    line("| source | title | licence | examples | SHA-256 of what was fetched |");
    line("|---|---|---|---:|---|");
    for (Source source : report.sources()) {
      line(
          Stream.of(
                  source.url() + (source.validation() ? " (set aside)" : ""),
                  source.title(),
                  source.licence() == null ? "not stated" : source.licence(),
                  Long.toString(source.examples()),
                  "`" + source.sha256() + "`")
              .map(Card::cell)
              .collect(Collectors.joining(" | ", "| ", " |")));
    }
  }

  private static String cell(String text) {
    return Cleanup.line(text).replace("|", "\\|").replace("<", "&lt;");
  }
}
