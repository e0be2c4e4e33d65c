package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp bench gpu` and `cp bench train`: that they measure and what becomes of it, not how fast this
/// machine is. Needs PyTorch's library, which the build fetches for Linux on x86-64 alone.
final class BenchTorchTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void prepare() {
    assumeTrue(
        Files.isDirectory(Project.DISTRIBUTION.resolve("lib/torch")),
        "this build has no PyTorch library: nothing is measured with it");
    cp =
        Cli.cp(folder)
            .env("XDG_CACHE_HOME", folder.resolve("cache").toString())
            .env("TMPDIR", folder.toString())
            .env("COMPUTEPOOL_THREADS", "1");
  }

  private void makeModel() throws IOException {
    Result sample = cp.run("gguf", "sample", "model", "--hugging-face");
    assertEquals(0, sample.exitCode(), sample.stderr());
  }

  @Test
  void stepsAreMeasuredAndTheCheckTellsTheTimeByThem() throws IOException {
    makeModel();
    Files.writeString(folder.resolve("d.jsonl"), "{\"text\": \"some words\"}\n".repeat(20));
    Files.writeString(
        folder.resolve("c.yml"),
        """
        base_model: model
        input: {dataset: d.jsonl, format: text}
        training: {batch_size: 2, max_seq_len: 16}
        """);
    JsonNode before = JSON.readTree(cp.run("train", "check", "c.yml", "--json").stdout());
    assertFalse(before.at("/work").has("seconds"), before.toString());
    Result result =
        cp.run(
            "bench",
            "train",
            "model",
            "--shapes",
            "2x16",
            "--checkpointing",
            "off",
            "-r",
            "1",
            "--json");
    assertEquals(0, result.exitCode(), result.stderr());
    JsonNode report = JSON.readTree(result.stdout());
    assertEquals("CPU (no GPU)", report.get("device").asText());
    assertEquals(175_040, report.get("parameters").asLong());
    assertEquals(1, report.get("threads").asInt());
    JsonNode shape = report.at("/shapes/0");
    assertEquals("measured", shape.get("state").asText());
    double rate = shape.get("tokens_per_second").asDouble();
    assertEquals(32, shape.get("step_seconds").asDouble() * rate, 0.01);
    assertTrue(shape.get("peak_bytes").asLong() > 50 << 20, report.toString());
    Path kept = folder.resolve("cache/computepool/bench");
    JsonNode saved = JSON.readTree(kept.resolve("train.json").toFile()).at("/steps/0");
    assertEquals(rate, saved.get("tokens_per_second").asDouble());
    assertEquals(report.get("machine"), saved.get("machine"));
    assertTrue(Files.readString(kept.resolve("train.md")).contains("| 2 × 16 | no |"));
    JsonNode after = JSON.readTree(cp.run("train", "check", "c.yml", "--json").stdout());
    assertTrue(after.at("/work/seconds").asLong() > 0, after.toString());
    String measured =
        "measured %s by 'bench train' on this machine: model, 2 × 16 tokens, 1 thread"
            .formatted(report.get("measured").asText());
    assertEquals(measured, after.at("/work/measurement").asText());
    Files.writeString(kept.resolve("train.json"), "{");
    Result damaged = cp.run("train", "check", "c.yml");
    assertEquals(0, damaged.exitCode(), damaged.stderr());
    assertTrue(damaged.stderr().startsWith("warning: "), damaged.stderr());
    assertTrue(damaged.stdout().contains("no measurement yet"), damaged.stdout());
  }

  @Test
  void aDeviceIsMeasuredWorkByWork() throws IOException {
    Result result = cp.run("bench", "gpu", "--sizes", "16", "--bytes", "1MiB", "-r", "1", "--json");
    assertEquals(0, result.exitCode(), result.stderr());
    JsonNode report = JSON.readTree(result.stdout());
    assertFalse(report.get("gpu").asBoolean());
    List<String> works = new ArrayList<>();
    for (JsonNode work : report.get("works")) {
      works.add(
          "%s %s %s"
              .formatted(
                  work.get("work").asText(),
                  work.path("type").asText(),
                  work.get("state").asText()));
      assertEquals(
          work.get("state").asText().equals("measured"),
          work.path("per_second").asLong() > 0,
          work.toString());
    }
    assertEquals(
        List.of(
            "product f32 measured",
            "product bf16 measured",
            "product f16 measured",
            "copy  measured",
            "read  measured",
            "upload  unsupported",
            "download  unsupported"),
        works);
    Path kept = folder.resolve("cache/computepool/bench");
    assertEquals(report, JSON.readTree(kept.resolve("gpu.json").toFile()));
    assertTrue(Files.readString(kept.resolve("gpu.md")).contains("| not on this device |"));
  }

  @Test
  void anInterruptLeavesNoProcessAndNoModel() throws IOException {
    try (Running running = cp.start("bench", "train", "--no-save")) {
      running.await(() -> !running.descendants().isEmpty(), "a process that measures");
      List<ProcessHandle> measuring = running.descendants();
      running.signal("INT");
      assertEquals(130, running.await().exitCode());
      Running.awaitEnd(measuring);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of(),
          left.filter(f -> f.getFileName().toString().startsWith("computepool-bench-")).toList());
    }
    assertFalse(Files.exists(folder.resolve("cache/computepool/bench")));
  }

  @Test
  void refusesWhatCannotBeMeasured() throws IOException {
    makeModel();
    assertEquals(4, cp.run("bench", "train", "./missing").exitCode());
    assertEquals(2, cp.run("bench", "train", "--shapes", "4by4").exitCode());
    assertEquals(2, cp.run("bench", "train", "--shapes", "4x1").exitCode());
    assertEquals(2, cp.run("bench", "train", "-r", "0").exitCode());
    assertEquals(2, cp.run("bench", "train", "model", "--size", "10M").exitCode());
    assertEquals(2, cp.run("bench", "train", "--size", "7B").exitCode());
    Result target = cp.run("bench", "train", "model", "--targets", "q_prj");
    assertEquals(2, target.exitCode());
    assertTrue(target.stderr().contains("q_prj"), target.stderr());
    assertEquals(2, cp.run("bench", "gpu", "--sizes", "0").exitCode());
    assertEquals(2, cp.run("bench", "gpu", "--bytes", "1B").exitCode());
    Result device = cp.run("bench", "gpu", "--device", "cuda");
    assertEquals(1, device.exitCode());
    assertTrue(device.stderr().contains("has no part for cuda"), device.stderr());
  }
}
