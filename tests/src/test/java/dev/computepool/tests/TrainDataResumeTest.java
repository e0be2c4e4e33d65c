package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp train data` that is killed, or stopped, and goes on.
final class TrainDataResumeTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path temporary;
  private WebCrawl crawl;

  @BeforeEach
  void open() throws IOException {
    crawl = new WebCrawl(temporary);
  }

  @AfterEach
  void close() {
    crawl.close();
  }

  @Test
  void aKilledRunGoesOnAndEndsLikeAnyOther() throws IOException {
    for (int host = 0; host < 3; host++) {
      for (int i = 0; i < 20; i++) {
        crawl.document("site%d.example/p%d".formatted(host, i));
      }
    }
    // Some pages of one host fail, and so many of another that it is given up.
    crawl.document("odd.example/good");
    for (int i = 0; i < 7; i++) {
      crawl.list("down.example/p" + i);
      crawl.fails("down.example/p" + i);
      if (i < 2) {
        crawl.list("odd.example/p" + i);
        crawl.fails("odd.example/p" + i);
      }
    }
    for (int kill = 0; kill < 4; kill++) {
      int wanted = 8 + kill;
      crawl.web().answerOnly(wanted).forget();
      try (Running running = crawl.cp().start(crawl.words("killed.jsonl", "--retries", "1"))) {
        running.await(() -> crawl.web().visits().size() >= wanted, wanted + " visits");
        running.kill();
      }
      assertFalse(Files.exists(crawl.folder().resolve("killed.jsonl")));
    }
    crawl.web().answerAll().forget();
    Result end = crawl.run("killed.jsonl", "--retries", "1");
    assertEquals(0, end.exitCode(), end.stderr());
    long pages = crawl.web().visits().stream().filter(v -> v.host().startsWith("site")).count();
    assertTrue(pages < 60, "what was fetched before is not fetched again");
    assertEquals(
        JSON.readTree("{\"document\": 61, \"host_given_up\": 2, \"server_error\": 7}"),
        crawl.report("killed.report.json").path("outcomes"));
    Result whole = crawl.run("whole.jsonl", "--retries", "1");
    assertEquals(0, whole.exitCode(), whole.stderr());
    assertEquals(
        -1,
        Files.mismatch(
            crawl.folder().resolve("killed.jsonl"), crawl.folder().resolve("whole.jsonl")));
    assertEquals(new ArrayList<>(crawl.sources("whole.jsonl")), crawl.expectedInOrder());
    // A run that was never killed, with a cache of its own, differs in the times alone.
    Result fresh = crawl.run("fresh.jsonl", "--cache", "other", "--retries", "1");
    assertEquals(0, fresh.exitCode(), fresh.stderr());
    for (String part : List.of("outcomes", "failures")) {
      assertEquals(
          crawl.report("fresh.report.json").path(part),
          crawl.report("killed.report.json").path(part),
          part);
    }
    assertEquals(timeless("killed.jsonl"), timeless("fresh.jsonl"));
    try (Stream<Path> left = Files.list(crawl.folder())) {
      assertEquals(
          List.of(),
          left.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".partial")).toList());
    }
  }

  private String timeless(String file) throws IOException {
    return Files.readString(crawl.folder().resolve(file))
        .replaceAll("\"fetched_at\":\"[^\"]*\"", "\"fetched_at\":\"…\"");
  }

  @Test
  void ctrlCStopsAtOnceAndTheNextRunGoesOn() throws IOException {
    for (int i = 0; i < 30; i++) {
      crawl.document("site.example/p" + i);
    }
    // The next answer would not come before the test's own time is over.
    crawl.timeout(Duration.ofHours(1));
    crawl.web().answerOnly(3);
    try (Running running = crawl.cp().start(crawl.words("out.jsonl"))) {
      running.await(() -> crawl.web().visits().size() >= 3, "three visits");
      running.signal("INT");
      Result result = running.await();
      assertEquals(130, result.exitCode(), result.stderr());
    }
    assertFalse(Files.exists(crawl.folder().resolve("out.jsonl")));
    crawl.web().answerAll();
    crawl.delay(Duration.ofMillis(1));
    Result end = crawl.run("out.jsonl");
    assertEquals(0, end.exitCode(), end.stderr());
    assertEquals(new ArrayList<>(crawl.sources("out.jsonl")), crawl.urls());
  }
}
