package dev.computepool.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.train.run.Runs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class RunReportTest {
  private static final String HOSTILE = "</title><script>alert('x')</script>&\"";

  @TempDir private Path folder;

  @BeforeEach
  void writeRun() throws IOException {
    writeState("a name");
    Files.writeString(folder.resolve("config.yml"), "name: a\n# <b>& all of it\n");
  }

  private void writeState(String name) throws IOException {
    String escaped = name.replace("\"", "\\\"");
    Files.writeString(
        folder.resolve("run.json"),
        """
        {"id": "run-1", "name": "%1$s", "started_at": "2026-01-01T00:00:00Z",
         "updated_at": "2026-01-01T00:00:00Z", "status": "completed", "version": "0.1.0",
         "runtime": "djl", "workload_class": "C1", "base_model": "%1$s", "output": "%1$s",
         "reason": "%1$s", "step": 3, "steps": 3, "epoch": 1.0, "elapsed_s": 90.0,
         "dataset": {"training": {"path": "%1$s", "sha256": "ab12", "bytes": 2048}},
         "machine": {"%1$s": 2}}
        """
            .formatted(escaped));
  }

  private void writeMetrics(int rows) throws IOException {
    Files.writeString(
        folder.resolve("metrics.jsonl"),
        IntStream.rangeClosed(1, rows)
            .mapToObj(
                i ->
                    """
                    {"step":%d,"loss":%s,"lr":2.0e-4,"epoch":0.1,"elapsed_s":1.0,"ts":"t"}
                    """
                        .formatted(i, i == 7 ? "\"NaN\"" : i == 5000 ? "77.5" : 1.0 / i))
            .collect(Collectors.joining()));
  }

  private String html() throws IOException {
    return RunReport.html(
        RunRecord.read(Runs.find(folder)), List.of(new Instruction("Repeat", "cp " + HOSTILE)));
  }

  /// Every drawing of a page is a document that an XML parser takes.
  private static List<Element> drawings(String html) {
    return Pattern.compile("<svg.*?</svg>", Pattern.DOTALL)
        .matcher(html)
        .results()
        .map(found -> parse(found.group()))
        .toList();
  }

  private static Element parse(String svg) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
          .getDocumentElement();
    } catch (Exception e) {
      throw new AssertionError(svg, e);
    }
  }

  @Test
  void aRunWithoutMetricsSaysSo() throws IOException {
    String html = html();
    assertTrue(html.contains("There are no metrics yet."));
    assertTrue(drawings(html).isEmpty());
    assertTrue(html.contains("name: a\n# &lt;b&gt;&amp; all of it\n"), "the configuration in full");
    assertTrue(html.contains("ab12") && html.contains("2.0 KiB (2048 bytes)"));
  }

  @Test
  void oneLineOfMetricsIsOneMark() throws IOException {
    writeMetrics(1);
    List<Element> drawings = drawings(html());
    assertEquals(2, drawings.size(), "loss and learning rate");
    assertEquals(
        "step 1: training loss 1",
        drawings.getFirst().getElementsByTagName("title").item(0).getTextContent());
  }

  @Test
  void whatIsNoNumberIsAGapAndNoCoordinate() throws IOException {
    writeMetrics(20);
    String html = html();
    assertTrue(html.contains("1 values are no numbers and are not drawn."));
    for (Element drawing : drawings(html)) {
      String path = ((Element) drawing.getElementsByTagName("path").item(0)).getAttribute("d");
      assertTrue(path.matches("([ML]\\d+(\\.\\d)? \\d+(\\.\\d)?)+"), path);
    }
  }

  @Test
  void evaluationsAreMarksBesideTheLoss() throws IOException {
    writeMetrics(20);
    Files.writeString(
        folder.resolve("events.jsonl"),
        "{\"type\":\"eval\",\"step\":10,\"epoch\":1,\"eval_loss\":0.25,\"best\":true}\n");
    String html = html();
    assertTrue(html.contains("<title>step 10: validation loss 0.25</title>"));
    assertTrue(html.contains("0.25 at step 10 (perplexity 1.284)"));
  }

  @Test
  void thousandsOfLinesMakeASmallPageWithAllExtremes() throws IOException {
    writeMetrics(30_000);
    String html = html();
    assertTrue(html.length() < 1_000_000, html.length() + " characters");
    assertTrue(html.contains("<title>step 5000: training loss 77.5</title>"));
  }

  @Test
  void hostileNamesStayText() throws IOException {
    writeMetrics(3);
    writeState(HOSTILE);
    String html = html();
    assertFalse(html.contains("<script"), "no script at all");
    assertTrue(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;"));
    assertEquals("a\ufffdb\ufffd", Html.escape("a\u0000b\u202e"));
    assertEquals("\ufffd \ud83d\ude00", Html.escape("\ud83d \ud83d\ude00"));
  }

  @Test
  void nothingComesFromOutside() throws IOException {
    writeMetrics(3);
    assertFalse(html().matches("(?s).*(src=|href=|url\\(|@import|https?:).*"));
  }

  @Test
  void anExistingFileIsReplacedOnlyOnRequest() throws IOException {
    Path target = Files.writeString(folder.resolve("report.html"), "old");
    RunRecord record = RunRecord.read(Runs.find(folder));
    assertThrows(
        FileAlreadyExistsException.class, () -> RunReport.write(record, List.of(), target, false));
    assertEquals("old", Files.readString(target));
    assertEquals(RunReport.write(record, List.of(), target, true), Files.size(target));
  }
}
