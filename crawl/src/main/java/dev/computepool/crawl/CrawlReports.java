package dev.computepool.crawl;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.computepool.crawl.CrawlReport.Failure;
import dev.computepool.crawl.CrawlReport.SourceCount;
import dev.computepool.crawl.dataset.DatasetReport;
import dev.computepool.crawl.dataset.Masker;
import dev.computepool.crawl.fetch.FetchResult;
import dev.computepool.crawl.fetch.FetchResult.Fetched;
import dev.computepool.crawl.fetch.FetchResult.Refused;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.source.Found;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Counts what becomes of pages, and writes it down.
final class CrawlReports {
  private static final String DOCUMENT = "document";

  private static final ObjectWriter WRITER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS))
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addSerializer(Path.class, ToStringSerializer.instance)
                  .addSerializer(Duration.class, new Seconds()))
          .build()
          .writer(
              new DefaultPrettyPrinter()
                  .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                  .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  private final Crawl.Listener listener;
  private final Masker masker;
  private final Instant startedAt = Instant.now();
  private final long start = System.nanoTime();
  private final Map<String, Long> outcomes = new TreeMap<>();
  private final List<Failure> failures = new ArrayList<>();
  private final List<SourceCount> sources = new ArrayList<>();
  private CrawlPlan.@Nullable Part part;
  private long partPages;
  private long partDocuments;

  /// @param masker says what may be written down of addresses and reasons
  CrawlReports(Crawl.Listener listener, Masker masker) {
    this.listener = listener;
    this.masker = masker;
  }

  /// A report as JSON, as its file has it.
  static String text(CrawlReport report) throws IOException {
    return WRITER.writeValueAsString(report) + "\n";
  }

  /// What follows belongs to this part.
  void begin(CrawlPlan.Part next) {
    end();
    part = next;
  }

  private void end() {
    if (part != null) {
      sources.add(
          new SourceCount(
              part.source().kind(),
              masker.told(part.source().name()),
              partPages,
              partDocuments,
              part.findings(),
              part.note() == null ? null : masker.told(part.note())));
    }
    partPages = 0;
    partDocuments = 0;
  }

  /// Tells what became of a request; from any thread.
  void fetched(URI url, FetchResult result) {
    String place = masker.told(url.toString());
    switch (result) {
      case Fetched fetched -> listener.fetched(place, fetched.requests() == 0);
      case Refused(Refusal why, String detail) -> listener.refused(place, reason(why, detail));
    }
  }

  private String reason(Refusal why, String detail) {
    return masker.told(detail.isEmpty() ? why.meaning() : why.meaning() + ": " + detail);
  }

  void document(String place) {
    partPages++;
    partDocuments++;
    outcomes.merge(DOCUMENT, 1L, Long::sum);
    listener.read(masker.told(place), DOCUMENT);
  }

  void nothing(Found.Nothing nothing) {
    partPages++;
    String outcome = nothing.why().name().toLowerCase(Locale.ROOT);
    String reason = reason(nothing.why(), nothing.detail());
    String place = masker.told(nothing.place());
    outcomes.merge(outcome, 1L, Long::sum);
    failures.add(new Failure(place, outcome, reason));
    listener.read(place, reason);
  }

  /// How many documents there are so far.
  long documents() {
    return outcomes.getOrDefault(DOCUMENT, 0L);
  }

  /// @param dataset what was made, and what was left out
  /// @param hasExamples whether it has any: without one there is no dataset
  CrawlReport finish(
      List<FetchResult> results,
      long requests,
      DatasetReport dataset,
      boolean hasExamples,
      Path reportFile) {
    end();
    long pages = outcomes.values().stream().mapToLong(Long::longValue).sum();
    return new CrawlReport(
        startedAt,
        Duration.ofNanos(System.nanoTime() - start),
        List.copyOf(sources),
        pages,
        documents(),
        results.stream().filter(r -> r instanceof Fetched f && f.requests() == 0).count(),
        requests,
        new TreeMap<>(outcomes),
        List.copyOf(failures),
        hasExamples ? dataset : null,
        hasExamples
            ? null
            : new CrawlReport.LeftOver(dataset.documentsLeftOut(), dataset.chunksLeftOut()),
        reportFile);
  }
}
