package dev.computepool.crawl.extract;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Holds the scores on the development half of public benchmarks, which lies beside the checkout.
/// The floors are a little below what was measured; `bench/extraction.sh` measures.
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
    JsonNode truth =
        JsonMapper.builder().build().readTree(set.resolve("ground-truth.json").toFile());
    double precision = 0;
    double recall = 0;
    int pages = 0;
    for (Map.Entry<String, JsonNode> page : truth.properties()) {
      String html = PageText.read(set.resolve("html").resolve(page.getKey() + ".html.gz"));
      String markdown = Extractor.extract(html, URI.create("https://example.org/")).markdown();
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
}
