package dev.computepool.cli.command.train;

import dev.computepool.base.Durations;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ErrorReporter;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Counts;
import dev.computepool.cli.output.Output;
import dev.computepool.crawl.Crawl;
import dev.computepool.crawl.CrawlOptions;
import dev.computepool.crawl.CrawlPlan;
import dev.computepool.crawl.CrawlReport;
import dev.computepool.crawl.Source;
import dev.computepool.crawl.dataset.DatasetOptions;
import dev.computepool.crawl.dataset.Masker;
import dev.computepool.crawl.fetch.Refusal;
import dev.computepool.crawl.http.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `cp train data`: pages from a search, a list or a folder as a dataset.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train data --query 'Acme SDK' --domains docs.acme.dev --out acme.jsonl",
      "  cp train data --sitemap https://docs.acme.dev/ --out acme.jsonl",
      "  cp train data --urls urls.txt --dry-run --out acme.jsonl",
      "  cp train data --path docs --format sharegpt --out acme.jsonl"
    })
public final class TrainDataCommand extends Command {
  @Mixin private SourceFlags sources = new SourceFlags();
  @Mixin private FetchFlags fetch = new FetchFlags();
  @Mixin private DatasetFlags dataset = new DatasetFlags();

  @Option(
      names = {"-o", "--out", "--output"},
      paramLabel = "OUT.jsonl",
      required = true,
      description = "The file to write; card and report stand beside it.")
  private Path out = Path.of("");

  @Option(
      names = {"-n", "--dry-run"},
      description =
          "Show which pages would be fetched; only searches, sitemaps, robots.txt and tdmrep.json"
              + " are.")
  private boolean dryRun;

  @Option(names = "--force", description = "Replace files of that name.")
  private boolean force;

  public TrainDataCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output output) throws IOException {
    CrawlOptions options =
        new CrawlOptions(
            fetch.fetch(offline()),
            fetch.transport(context()),
            sources.domains(),
            sources.sitemaps(),
            fetch.cache(context()));
    DatasetOptions made = dataset.options(sources.query(), context(), fetch, offline());
    Crawl.check(out, force);
    try (Transport search = Transport.open(fetch.serviceTransport(context()));
        Crawl crawl = Crawl.open(options)) {
      List<Source> from = sources.sources(context(), search);
      if (dryRun) {
        CrawlPlan plan = crawl.plan(from, output.progress());
        output.show(
            TrainDataPreview.of(crawl.preview(plan, output.progress()), new Masker(made.masks())));
        output.note("dry run: nothing was written");
        return ExitCode.DONE;
      }
      CrawlReport report =
          crawl.run(from, made, out, force, output.progress(), new Details(output));
      output.show(TrainDataReport.of(report));
      long unread = report.count(Refusal.ROBOTS_UNAVAILABLE);
      if (unread > 0) {
        output.warn(
            "%s not asked for: the robots.txt of their hosts could not be read, which forbids all; "
                    .formatted(Counts.of(unread, "page"))
                + ErrorReporter.ASKED_AGAIN);
      }
      long hidden = report.count(Refusal.PRIVATE_ADDRESS);
      if (hidden > 0) {
        output.warn(
            "%s not asked for, whose addresses are not public;".formatted(Counts.of(hidden, "page"))
                + " --allow-private HOST allows it for hosts that you trust");
      }
      if (report.dataset() == null) {
        if (report.isUnreached()) {
          output.warn(
              "no page could be fetched; %s says why, and the same command tries again"
                  .formatted(report.reportFile()));
          return ExitCode.REMOTE;
        }
        output.warn(
            "nothing came of it that could be trained on; %s says why"
                .formatted(report.reportFile()));
        return ExitCode.FAILED;
      }
      output.note(
          "wrote %s: %s of %s in %s"
              .formatted(
                  out,
                  Counts.of(report.dataset().train() + report.dataset().validation(), "example"),
                  Counts.of(report.documents(), "page"),
                  Durations.format(report.time())));
      return ExitCode.DONE;
    }
  }

  /// With `-v` a line for each page.
  private record Details(Output output) implements Crawl.Listener {
    @Override
    public synchronized void fetched(String place, boolean cached) {
      output.detail((cached ? "in cache  " : "fetched   ") + place);
    }

    @Override
    public synchronized void refused(String place, String why) {
      output.detail("no page   %s: %s".formatted(place, why));
    }

    @Override
    public synchronized void read(String place, String outcome) {
      output.detail("read      %s: %s".formatted(place, outcome));
    }
  }
}
