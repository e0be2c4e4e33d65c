package dev.computepool.sharding.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import dev.computepool.hash.Digest;
import dev.computepool.sharding.plan.Architecture;
import dev.computepool.sharding.plan.LayerRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestJsonTest {
  @TempDir Path temp;

  private static Digest digest(int fill) {
    byte[] bytes = new byte[Digest.BYTES];
    Arrays.fill(bytes, (byte) fill);
    return Digest.of(bytes);
  }

  private static Manifest manifest(Architecture architecture, Manifest.@Nullable Mmproj mmproj) {
    return new Manifest(
        "tiny",
        "Tiny \"Ü\" \\ model",
        architecture,
        2,
        6.74f,
        "Q4KM",
        1000,
        List.of(
            new Manifest.Shard(
                0,
                new LayerRange(0, 1),
                30,
                digest(200),
                List.of(
                    new Manifest.Tensor("token_embd.weight", 128, 0, 10),
                    new Manifest.Tensor("blk.0.a", 160, 10, 20))),
            new Manifest.Shard(
                1,
                new LayerRange(1, 2),
                5,
                Manifest.UNKNOWN,
                List.of(new Manifest.Tensor("blk.1.a", 192, 0, 5)))),
        digest(1),
        digest(2),
        digest(255),
        Instant.parse("2026-01-02T03:04:05.123456Z"),
        "apache-2.0",
        mmproj,
        4096L);
  }

  private static final Manifest PLAIN = manifest(new Architecture.Plain("Qwen2"), null);

  private Manifest read(String json) throws IOException {
    return ManifestJson.read(Files.writeString(temp.resolve("manifest.json"), json));
  }

  private static String json(Manifest manifest) {
    return new String(ManifestJson.write(manifest), StandardCharsets.UTF_8);
  }

  private List<String> problems(String json) {
    return assertThrows(FormatException.class, () -> read(json)).problems().stream()
        .map(FormatException.Problem::toString)
        .toList();
  }

  @Test
  void everyFieldSurvives() throws IOException {
    Architecture.VisionConfig vision = new Architecture.VisionConfig(336, 14, 1024, 24, 16, 4096);
    for (Architecture architecture :
        List.of(
            new Architecture.Plain("Qwen2"),
            new Architecture.Experts("Mixtral", 8, 2),
            new Architecture.Vision("LLaVA", vision))) {
      Manifest manifest = manifest(architecture, new Manifest.Mmproj(77, digest(9), "mmproj.gguf"));
      assertEquals(manifest, read(json(manifest)));
    }
    assertEquals(PLAIN, read(json(PLAIN)));
  }

  @Test
  void debugTextsAreThoseOfRust() {
    assertEquals("Llama", Architecture.LLAMA.debugText());
    assertEquals(
        "Mixtral { num_experts: 8, experts_per_token: 2 }",
        new Architecture.Experts("Mixtral", 8, 2).debugText());
    assertEquals(
        "LLaVA { vision_config: VisionConfig { image_size: 336, patch_size: 14,"
            + " vision_hidden_size: 1024, vision_num_layers: 24, vision_num_heads: 16,"
            + " projection_dim: 4096 } }",
        new Architecture.Vision("LLaVA", new Architecture.VisionConfig(336, 14, 1024, 24, 16, 4096))
            .debugText());
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-02T03:04:05Z, 2026-01-02T03:04:05+00:00",
    "2026-01-02T03:04:00Z, 2026-01-02T03:04:00+00:00",
    "2026-01-02T03:04:05.1Z, 2026-01-02T03:04:05.100+00:00",
    "2026-01-02T03:04:05.120Z, 2026-01-02T03:04:05.120+00:00",
    "2026-01-02T03:04:05.000001Z, 2026-01-02T03:04:05.000001+00:00",
    "2026-01-02T03:04:05.123456789Z, 2026-01-02T03:04:05.123456789+00:00",
    "1969-12-31T23:59:59.5Z, 1969-12-31T23:59:59.500+00:00",
  })
  void datesInTheHashAreThoseOfChrono(String date, String hashed) {
    assertEquals(hashed, ManifestHash.rfc3339(Instant.parse(date), "+00:00"));
  }

  @Test
  void datesWithAnOffsetAreTheSameMoment() throws IOException {
    String json =
        json(PLAIN).replace("2026-01-02T03:04:05.123456Z", "2026-01-02T05:04:05.123456+02:00");
    assertEquals(PLAIN, read(json));
  }

  @Test
  void unknownKeysArePassedOverAndOptionalOnesMayBeMissing() throws IOException {
    Manifest manifest =
        read(
            """
            {"id": "a", "name": "A", "architecture": "New", "num_layers": 0, "future": [1, {}],
             "quantization": "Q99", "total_size_bytes": 9, "shard_count": 1, "shards": [
               {"index": 0, "layer_range": [0, 0], "size_bytes": 9, "more": null, "hash":
                [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32]}]}
            """);
    byte[] hash = new byte[32];
    for (int i = 0; i < 32; i++) {
      hash[i] = (byte) (i + 1);
    }
    assertEquals(
        new Manifest(
            "a",
            "A",
            new Architecture.Plain("New"),
            0,
            0,
            "Q99",
            9,
            List.of(new Manifest.Shard(0, new LayerRange(0, 0), 9, Digest.of(hash), List.of())),
            Manifest.UNKNOWN,
            Manifest.UNKNOWN,
            Manifest.UNKNOWN,
            Instant.EPOCH,
            "Unknown",
            null,
            null),
        manifest);
  }

  @Test
  void firstVersionsAreToldApart() {
    assertEquals(
        List.of("shards: are byte ranges of format version 1: re-shard needed"),
        problems(
            """
            {"id": "a", "shards": [{"index": 0, "byte_start": 0, "byte_end": 10}]}
            """));
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertEquals(
        List.of(
            "shards[0].layer_range: ends at 1, before its start 5",
            "shards[0].hash: is missing",
            "shards[1].index: is 7, expected 1",
            "shards[1].layer_range[0]: -1 is not between 0 and 4294967295",
            "shards[1].size_bytes: is 1.5, expected an integer",
            "shards[1].hash[1]: 256 is not between 0 and 255",
            "shard_count: is 3, but 2 are listed",
            "id: is missing",
            "name: is 7, expected a string",
            "architecture: is missing",
            "num_layers: 4294967296 is not between 0 and 4294967295",
            "num_params_billions: is \"x\", expected a number in single precision",
            "quantization: is missing",
            "total_size_bytes: 18446744073709551615 is not between 0 and 8796093022208",
            "publish_date: 'yesterday' is not a date of RFC 3339"),
        problems(
            """
            {"name": 7, "num_layers": 4294967296, "total_size_bytes": 18446744073709551615,
             "num_params_billions": "x", "publish_date": "yesterday", "shard_count": 3, "shards": [
              {"index": 0, "layer_range": [5, 1], "size_bytes": 9},
              {"index": 7, "layer_range": [-1, 1], "size_bytes": 1.5, "hash":
               [0,256,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}
            """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"gguf_offset\": 160 | \"gguf_offset\": 130 | shards: tensors token_embd.weight at "
            + "[128, 138) and blk.0.a at [130, 150) overlap",
        "\"gguf_offset\": 192 | \"gguf_offset\": 996 | shards[1].tensors[0]: blk.1.a has 5 bytes "
            + "from 996, beyond the end of the model at 1000",
        "\"gguf_offset\": 192 | \"gguf_offset\": 9223372036854775807 | shards[1].tensors[0]: "
            + "blk.1.a has 5 bytes from 9223372036854775807, beyond the end of the model at 1000",
        "\"shard_offset\": 10 | \"shard_offset\": 11 | shards[0].tensors[1]: blk.0.a has 20 bytes "
            + "from 11 of the shard, expected from 10 on in 30",
        "\"size\": 5 | \"size\": 6 | shards[1].tensors[0]: blk.1.a has 6 bytes from 0 of the "
            + "shard, expected from 0 on in 5",
        "\"size_bytes\": 5 | \"size_bytes\": 8 | shards[1].size_bytes: is 8, but its tensors have"
            + " 5",
        "\"schema_version\": 2 | \"schema_version\": 3 | schema_version: is 3, expected 2",
      })
  void tensorsThatLeadAstrayAreRefused(String from, String to, String problem) {
    assertEquals(problem, problems(json(PLAIN).replaceFirst(from, to)).getFirst());
  }

  @Test
  void aLoneShardWithoutTensorsMustBeTheWholeFile() throws IOException {
    String json =
        json(PLAIN)
            .replace("\"shard_count\": 2", "\"shard_count\": 1")
            .replaceFirst("(?s)\"tensors\": \\[.*?\\n      \\]", "\"tensors\": []")
            .replaceFirst("(?s),\\n    \\{\\n      \"index\": 1.*?\\n    \\}\\n  \\]", "\n  ]");
    assertEquals(
        List.of(
            "shards[0].tensors: is empty, so the shard must be the whole file of 1000 bytes,"
                + " not 30"),
        problems(json));
    assertTrue(read(json.replace("\"size_bytes\": 30", "\"size_bytes\": 1000")).isWhole());
  }

  @Test
  void whatIsNoJsonSaysWhere() {
    assertEquals(
        List.of("line 1, column 11: not JSON: the key 'a' is repeated"),
        problems("{\"a\":1,\"a\":2}"));
    assertEquals(List.of("is not a JSON object"), problems("[]"));
    assertEquals(List.of("is not a JSON object"), problems(""));
    assertEquals(1, problems("{} {}").size());
    assertEquals(1, problems("{\"a\": ").size());
    assertThrows(NoSuchFileException.class, () -> ManifestJson.read(temp.resolve("none")));
  }

  @Test
  void filesCutAnywhereAreRefused() throws IOException {
    String whole = json(PLAIN);
    for (int length = 0; length < whole.length(); length += 13) {
      String cut = whole.substring(0, length);
      assertThrows(FormatException.class, () -> read(cut), () -> "cut at " + cut.length());
    }
  }
}
