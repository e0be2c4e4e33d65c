package dev.computepool.crawl.extract;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Holds the scores on the development half of public benchmarks, which lies beside the checkout.
/// The floors are what the extractor has to reach; `bench/extraction.sh` measures with the scorer
/// of the kit.
class KitTest {
  private static Path set(String name) {
    Path above = Path.of("").toAbsolutePath();
    while (above != null) {
      Path folder = above.resolve("shared").resolve("extraction").resolve(name);
      if (Files.isDirectory(folder)) {
        return folder;
      }
      above = above.getParent();
    }
    assumeTrue(false, "no folder ../shared/extraction/" + name + " beside the checkout");
    throw new AssertionError();
  }

  @ParameterizedTest
  @CsvSource({"articles, 0.965", "readability, 0.95", "docs, 0.98", "web, 0.86"})
  void scoresStay(String name, double floor) throws Exception {
    Path set = set(name);
    JsonNode truth = truth(set);
    double precision = 0;
    double recall = 0;
    int pages = 0;
    for (Map.Entry<String, JsonNode> page : truth.properties()) {
      String markdown = markdown(set, page.getKey());
      String gold = page.getValue().path("articleBody").asText();
      WindowScore score =
          WindowScore.of(
              name.equals("docs") ? WindowScore.plain(gold) : gold, WindowScore.plain(markdown));
      precision += score.precision();
      recall += score.recall();
      pages++;
    }
    double p = precision / pages;
    double r = recall / pages;
    double f1 = 2 * p * r / (p + r);
    assertTrue(f1 >= floor, "%s: F1 %.4f, precision %.4f, recall %.4f".formatted(name, f1, p, r));
  }

  private static JsonNode truth(Path set) throws IOException {
    return JsonMapper.builder().build().readTree(set.resolve("ground-truth.json").toFile());
  }

  private static String markdown(Path set, String id) throws IOException {
    String html = PageText.read(set.resolve("html").resolve(id + ".html.gz"));
    return Extractor.extract(html, URI.create("https://example.org/")).markdown();
  }

  @Test
  void codeStaysAsItIsAndHeadingsAreMarked() throws IOException {
    Path set = set("docs");
    List<Double> code = new ArrayList<>();
    int headings = 0;
    int marked = 0;
    for (Map.Entry<String, JsonNode> page : truth(set).properties()) {
      LayoutScore found = new LayoutScore(markdown(set, page.getKey()));
      int blocks = 0;
      int verbatim = 0;
      for (JsonNode variants : page.getValue().path("code")) {
        blocks++;
        for (JsonNode variant : variants) {
          if (found.hasCode(variant.asText())) {
            verbatim++;
            break;
          }
        }
      }
      if (blocks > 0) {
        code.add((double) verbatim / blocks);
      }
      for (JsonNode heading : page.getValue().path("headings")) {
        String title = heading.path(1).asText();
        if (!LayoutScore.words(title).isEmpty()) {
          headings++;
          marked += found.hasHeading(heading.path(0).asInt(), title) ? 1 : 0;
        }
      }
    }
    double kept = code.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    assertTrue(kept >= 0.98, "code verbatim: " + kept);
    assertTrue(marked >= 0.98 * headings, "%d of %d headings".formatted(marked, headings));
  }

  @Test
  void littleThatBelongsToTheSiteIsLeft() throws IOException {
    Path set = set("web");
    List<Double> leaks = new ArrayList<>();
    for (Map.Entry<String, JsonNode> page : truth(set).properties()) {
      String text = squash(WindowScore.plain(markdown(set, page.getKey())));
      JsonNode unwanted = page.getValue().path("without");
      int found = 0;
      for (JsonNode snippet : unwanted) {
        found += text.contains(squash(snippet.asText())) ? 1 : 0;
      }
      if (!unwanted.isEmpty()) {
        leaks.add((double) found / unwanted.size());
      }
    }
    double leak = leaks.stream().mapToDouble(Double::doubleValue).average().orElse(1);
    assertTrue(leak <= 0.06, "leak: " + leak);
  }

  private static String squash(String text) {
    return text.toLowerCase(Locale.ROOT).strip().replaceAll("\\s+", " ");
  }
}
