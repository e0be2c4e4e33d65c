package dev.computepool.cli.command.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.computepool.base.FormatException;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ErrorReporter;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.NotFoundException;
import dev.computepool.cli.command.train.PageInput.Fetching;
import dev.computepool.cli.command.train.PageInput.Reading;
import dev.computepool.cli.output.Counts;
import dev.computepool.cli.output.Json;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.crawl.Crawl;
import dev.computepool.crawl.CrawlOptions;
import dev.computepool.crawl.FilePages;
import dev.computepool.crawl.extract.Explanation;
import dev.computepool.crawl.extract.Extraction;
import dev.computepool.crawl.fetch.FetchOptions;
import dev.computepool.crawl.fetch.PageRefusedException;
import dev.computepool.crawl.source.Sitemaps;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp train extract`: what the crawler makes of pages.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train extract page.html",
      "  cp train extract page.html -v               # and why it is that",
      "  cp train extract manual.pdf",
      "  curl -s https://docs.acme.dev/start | cp train extract -",
      "  cp train extract saved-site/ --ndjson > pages.ndjson",
      "",
      "The Markdown of one page goes to standard output as it is, that of several",
      "pages each below a line with its name. -v tells what kind of page it was",
      "taken for, which element was taken for its text, and what was taken out for",
      "which reason."
    })
public final class TrainExtractCommand extends Command {
  /// Characters below which a page says so little that its text probably comes by script.
  private static final int NEARLY_EMPTY = 80;

  @Parameters(
      paramLabel = "PAGE.html|DIR|URL|-",
      arity = "1..*",
      description =
          "HTML files and PDFs, also compressed by gzip, folders of them, or addresses; Markdown"
              + " and text are taken as they are; - for a page on standard input.")
  private List<String> pages = List.of();

  @Mixin private FetchFlags fetch = new FetchFlags();

  @Option(names = "--ndjson", description = "Print one line of JSON for each page.")
  private boolean ndjson;

  public TrainExtractCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    List<PageInput> inputs = PageInput.of(pages, context().environment().stdin());
    if (inputs.isEmpty()) {
      throw new NotFoundException(
          "no pages in " + String.join(", ", pages),
          "pages in folders are recognised by .html, .htm, .xhtml or .pdf, with or without .gz");
    }
    FetchOptions fetching = fetch.fetch(offline());
    try (FilePages files = new FilePages(fetching.maxBytes())) {
      return all(inputs, reading(files), fetching, out);
    }
  }

  private static Reading reading(FilePages files) {
    return new Reading() {
      @Override
      public Explanation explain(Path file) throws IOException {
        return files.explain(file);
      }

      @Override
      public Explanation explain(String name, InputStream page) throws IOException {
        return files.explain(name, page);
      }
    };
  }

  private ExitCode all(List<PageInput> inputs, Reading files, FetchOptions fetching, Output out)
      throws IOException {
    if (inputs.stream().noneMatch(input -> input instanceof PageInput.OfAddress)) {
      return all(inputs, files, TrainExtractCommand::neverFetched, out);
    }
    CrawlOptions options =
        new CrawlOptions(
            fetching,
            fetch.transport(context()),
            List.of(),
            new Sitemaps.Limits(1, 1),
            fetch.cache(context()));
    try (Crawl crawl = Crawl.open(options)) {
      return all(inputs, files, crawl::explain, out);
    }
  }

  private static Explanation neverFetched(URI url) {
    throw new IllegalStateException(url + " was not among the pages");
  }

  private ExitCode all(List<PageInput> inputs, Reading files, Fetching pages, Output out)
      throws IOException {
    if (inputs.size() == 1 && !ndjson && !out.options().json()) {
      Explanation page = inputs.getFirst().explain(files, pages);
      tell(inputs.getFirst(), page, out);
      out.write(lines(page.extraction().markdown()));
      return ExitCode.DONE;
    }
    List<Row> rows = new ArrayList<>();
    ExitCode worst = ExitCode.DONE;
    for (PageInput input : inputs) {
      out.progress().cancellation().check();
      Row row;
      try {
        Explanation page = input.explain(files, pages);
        tell(input, page, out);
        row = Row.of(input, page.extraction());
      } catch (FormatException | NoSuchFileException | PageRefusedException e) {
        String reason = reason(e);
        row = Row.failed(input, reason);
        worst = worse(worst, exitCode(e));
        out.warn(reason);
      }
      if (ndjson) {
        out.write(Json.line(row));
      } else if (out.options().json()) {
        rows.add(row);
      } else if (row.markdown() != null) {
        out.write("\n<!-- %s -->\n\n%s".formatted(row.source(), lines(row.markdown())));
      }
    }
    if (!ndjson && out.options().json()) {
      out.show(new Pages(rows));
    }
    return worst;
  }

  /// Text as it goes to a terminal: of pages that were text before, the last line has no end.
  private static String lines(String markdown) {
    return markdown.isEmpty() || markdown.endsWith("\n") ? markdown : markdown + "\n";
  }

  private static ExitCode exitCode(IOException e) {
    return switch (e) {
      case PageRefusedException refused -> ErrorReporter.exitCode(refused.why());
      case NoSuchFileException _ -> ExitCode.NOT_FOUND;
      default -> ExitCode.USAGE;
    };
  }

  private static String reason(IOException e) {
    return e instanceof NoSuchFileException missing
        ? "no such file or folder: " + missing.getFile()
        : String.valueOf(e.getMessage());
  }

  /// The smallest code above 1 of all that went wrong.
  private static ExitCode worse(ExitCode before, ExitCode now) {
    return before == ExitCode.DONE || now.code() < before.code() ? now : before;
  }

  private static void tell(PageInput input, Explanation page, Output out) {
    int length = page.extraction().markdown().length();
    boolean isHtml = !page.roots().isEmpty();
    if (length == 0 || (isHtml && length < NEARLY_EMPTY)) {
      out.warn(
          "%s: %s%s"
              .formatted(
                  input.source(),
                  length == 0
                      ? "there is no text in it"
                      : "only %s of text".formatted(Counts.of(length, "character")),
                  isHtml ? "; what scripts fill in is missing" : ""));
    }
    if (out.options().verbosity() == 0) {
      return;
    }
    out.detail(
        "%s: %s, %,d characters of Markdown from a page with %,d of text"
            .formatted(
                input.source(),
                page.kind().name().toLowerCase(Locale.ROOT),
                length,
                page.pageCharacters()));
    for (String root : page.roots()) {
      out.detail("  text in   " + root);
    }
    for (Explanation.Removal removal : page.removals()) {
      out.detail(
          "  took out  %s: %s, %,d characters: %s"
              .formatted(
                  removal.reason(), removal.element(), removal.characters(), removal.excerpt()));
    }
  }

  /// A page, or why there is none.
  ///
  /// @param id the file's name without `.html` and `.gz`
  private record Row(
      String id,
      String source,
      @Nullable String title,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String language,
      @Nullable String licence,
      @Nullable String markdown,
      @Nullable String error) {
    static Row of(PageInput input, Extraction page) {
      return new Row(
          input.id(),
          input.source(),
          page.title(),
          page.language(),
          page.licence(),
          page.markdown(),
          null);
    }

    static Row failed(PageInput input, String error) {
      return new Row(input.id(), input.source(), null, null, null, null, error);
    }
  }

  private record Pages(List<Row> pages) implements Report {
    @Override
    public void print(Text out) {
      pages.forEach(page -> out.line(page.source()));
    }
  }
}
