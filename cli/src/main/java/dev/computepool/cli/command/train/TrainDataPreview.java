package dev.computepool.cli.command.train;

import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.crawl.CrawlPlan;
import dev.computepool.crawl.CrawlPreview;
import dev.computepool.crawl.dataset.Masker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a crawl would fetch.
record TrainDataPreview(List<From> sources, List<Page> pages, List<String> files)
    implements Report {
  /// One source.
  ///
  /// @param pages to fetch, or files to read; null where that is not known before
  record From(String kind, String name, @Nullable Integer pages, @Nullable String note) {}

  /// One page.
  ///
  /// @param state `fetch`, `cached` or `forbidden`
  record Page(String url, String state, @Nullable String reason) {}

  /// What a preview shows.
  ///
  /// @param masker says what may be told of addresses and reasons
  static TrainDataPreview of(CrawlPreview preview, Masker masker) {
    List<CrawlPlan.Part> parts = preview.plan().parts();
    return new TrainDataPreview(
        parts.stream()
            .map(
                part ->
                    new From(
                        part.source().kind(),
                        masker.told(part.source().name()),
                        part.isCounted() ? part.urls().size() + part.files().size() : null,
                        told(part.note(), masker)))
            .toList(),
        preview.pages().stream().map(page -> page(page, masker)).toList(),
        parts.stream().flatMap(part -> part.files().stream()).map(Object::toString).toList());
  }

  private static @Nullable String told(@Nullable String text, Masker masker) {
    return text == null ? null : masker.told(text);
  }

  private static Page page(CrawlPreview.Page page, Masker masker) {
    String state = page.forbidden() != null ? "forbidden" : page.cached() ? "cached" : "fetch";
    return new Page(masker.told(page.url().toString()), state, told(page.forbidden(), masker));
  }

  @Override
  public void print(Text out) {
    Table table = new Table().left("source").left("name").right("pages").left("");
    sources.forEach(
        s ->
            table.row(
                s.kind(),
                s.name(),
                s.pages() == null ? "?" : String.valueOf(s.pages()),
                s.note() == null ? "" : s.note()));
    out.table(table);
    if (!pages.isEmpty()) {
      Table list = new Table().left("").left("").left("");
      pages.forEach(p -> list.row(p.state(), p.url(), p.reason() == null ? "" : p.reason()));
      out.blank().table(list);
    }
    if (!files.isEmpty()) {
      out.blank();
      files.forEach(file -> out.line("read       " + file));
    }
  }
}
