import dev.computepool.crawl.extract.Extractor;
import dev.computepool.crawl.extract.PageFiles;
import dev.computepool.crawl.extract.PageText;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jsoup.Jsoup;

/// What extracting a page costs, as a multiple of `Jsoup.parse` of the same page.
///
/// `java -cp LIBRARIES ExtractionCost.java FOLDER…`: a line a folder. Both are run in turn, five
/// times a page after two rounds over all pages, and the fastest run of each counts.
public final class ExtractionCost {
  private static final URI BASE = URI.create("https://example.org/a/b.html");

  public static void main(String[] folders) throws Exception {
    List<List<String>> sets = new ArrayList<>();
    for (String folder : folders) {
      List<String> pages = new ArrayList<>();
      for (Path file : PageFiles.in(Path.of(folder))) {
        pages.add(PageText.read(file));
      }
      sets.add(pages);
    }
    for (int round = 0; round < 2; round++) {
      for (List<String> pages : sets) {
        for (String page : pages) {
          extract(page);
          parse(page);
        }
      }
    }
    for (List<String> pages : sets) {
      List<Double> ratios = new ArrayList<>();
      long worst = 0;
      for (String page : pages) {
        long extracting = Long.MAX_VALUE;
        long parsing = Long.MAX_VALUE;
        for (int run = 0; run < 5; run++) {
          extracting = Math.min(extracting, extract(page));
          parsing = Math.min(parsing, parse(page));
        }
        ratios.add((double) extracting / parsing);
        worst = Math.max(worst, extracting);
      }
      Collections.sort(ratios);
      System.out.printf(
          "%.2f | %.2f | %.1f ms%n",
          ratios.get(ratios.size() / 2), ratios.get(ratios.size() * 95 / 100), worst / 1e6);
    }
  }

  private static long extract(String page) throws Exception {
    long start = System.nanoTime();
    if (Extractor.extract(page, BASE).markdown().isEmpty()) {
      throw new IllegalStateException("a page without text");
    }
    return System.nanoTime() - start;
  }

  private static long parse(String page) {
    long start = System.nanoTime();
    if (Jsoup.parse(page).childNodeSize() == 0) {
      throw new IllegalStateException("a page without elements");
    }
    return System.nanoTime() - start;
  }
}
