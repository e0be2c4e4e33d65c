package dev.computepool.crawl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Progress;
import dev.computepool.chat.LineFormat;
import dev.computepool.crawl.dataset.Chunking;
import dev.computepool.crawl.dataset.DatasetOptions;
import dev.computepool.crawl.dataset.Style;
import dev.computepool.crawl.fetch.FetchOptions;
import dev.computepool.crawl.http.TransportOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrawlTest {
  @TempDir Path folder;

  @Test
  void withoutAnExampleThereIsNoDataset() throws IOException {
    Path docs = Files.createDirectory(folder.resolve("docs"));
    Files.writeString(docs.resolve("a.md"), "# A\n\nToo short to learn from.\n");
    DatasetOptions dataset =
        new DatasetOptions(
            "",
            LineFormat.CHATML,
            new Chunking(200, 4000, 0, Chunking.Overflow.SPLIT, null),
            Style.SECTION,
            null,
            Set.of(),
            0.8,
            Set.of(),
            List.of(),
            0);
    Path out = folder.resolve("out.jsonl");
    CrawlOptions options =
        new CrawlOptions(
            FetchOptions.STANDARD,
            TransportOptions.standard("test"),
            List.of(),
            100,
            folder.resolve("cache"));
    try (Crawl crawl = Crawl.open(options)) {
      CrawlPlan plan = crawl.plan(List.of(new Source.Files(docs)), Progress.NONE);
      CrawlReport report = crawl.run(plan, dataset, out, false, Progress.NONE, Crawl.Listener.NONE);
      assertEquals(1, report.documents());
      assertNull(report.dataset());
      assertFalse(Files.exists(out));
      assertTrue(Files.exists(report.reportFile()));
    }
  }
}
