package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.sharding.store.Manifest;
import dev.computepool.sharding.store.ManifestHash;
import dev.computepool.sharding.store.ManifestJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `cp shard` as a user calls it, on real files and on damaged ones.
final class ShardTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder);
  }

  /// A model of 2 shards in `tiny`, and beside it `tiny.gguf`.
  private void split() {
    assertEquals(0, cp.run("gguf", "sample", "tiny.gguf", "--arch", "qwen2").exitCode());
    Result split = cp.run("shard", "split", "tiny.gguf", "--shard-size", "150KiB", "-q");
    assertEquals(0, split.exitCode(), split.stderr());
  }

  private JsonNode json(Result result) throws IOException {
    return JSON.readTree(result.stdout());
  }

  private static String state(JsonNode report, int shard) {
    return report.get("shards").get(shard).get("state").asText();
  }

  @ParameterizedTest
  @CsvSource({
    "swarmllm-tiny-untied, Tiny-Untied.F16.gguf, tiny-untied.f16, 900",
    "swarmllm-tiny-tied, tiny_tied.Q8_0.gguf, tiny-tied.q8-0, 800"
  })
  void workedExamplesOfTheFormatComeOutByteForByte(
      String example, String model, String id, String shardSize) throws IOException {
    Path fixture = Project.shared("specs/fixtures").resolve(example);
    Result split =
        cp.run(
            "shard",
            "split",
            fixture.resolve(model).toString(),
            "--shard-size",
            shardSize,
            "--json");
    assertEquals(0, split.exitCode(), split.stderr());
    assertEquals(id, json(split).get("model_id").asText());
    List<Path> expected;
    try (Stream<Path> files = Files.list(fixture.resolve(id))) {
      expected = files.sorted().toList();
    }
    for (Path file : expected) {
      Path ours = folder.resolve(id).resolve(file.getFileName());
      if (file.endsWith("manifest.json")) {
        JsonNode theirs = JSON.readTree(file.toFile());
        theirs
            .fieldNames()
            .forEachRemaining(
                key -> {
                  if (!List.of("manifest_hash", "publish_date").contains(key)) {
                    assertEquals(theirs.get(key), read(ours).get(key), key);
                  }
                });
      } else {
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(ours), file.toString());
      }
    }
    assertEquals(0, cp.run("shard", "verify", id, "--deep").exitCode());
    // The example's own directory, in which there is nothing of ours, becomes the file as well.
    for (String directory : List.of(id, fixture.resolve(id).toString())) {
      Result join = cp.run("shard", "join", directory, "-o", "joined.gguf", "--force");
      assertEquals(0, join.exitCode(), join.stderr());
      assertEquals(-1, Files.mismatch(fixture.resolve(model), folder.resolve("joined.gguf")));
    }
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Real headers and vocabularies; several end before the padding that follows a header.
  @TestFactory
  Stream<DynamicTest> realFilesSurvive() throws IOException {
    try (Stream<Path> files = Files.list(Project.shared("data/vocab"))) {
      List<Path> models = files.filter(f -> f.toString().endsWith(".gguf")).sorted().toList();
      assertFalse(models.isEmpty());
      return models.stream()
          .map(m -> DynamicTest.dynamicTest(m.getFileName().toString(), () -> assertSurvives(m)));
    }
  }

  private void assertSurvives(Path model) throws IOException {
    String name = model.getFileName().toString();
    Path ours = Files.createDirectory(temporary.resolve(name));
    Cli here = Cli.cp(ours);
    Result split = here.run("shard", "split", model.toString(), "--sha256", "--json");
    assertEquals(0, split.exitCode(), split.stderr());
    String id = json(split).get("model_id").asText();
    JsonNode verified = json(here.run("shard", "verify", id, "--deep", "--json"));
    assertTrue(verified.get("ok").asBoolean(), verified.toPrettyString());
    Result join = here.run("shard", "join", id, "-o", "joined.gguf");
    assertEquals(0, join.exitCode(), join.stderr());
    assertEquals(-1, Files.mismatch(model, ours.resolve("joined.gguf")));
  }

  /// What an independent reader found in the same files.
  @TestFactory
  Stream<DynamicTest> infoAgreesWithAnotherReader() throws IOException {
    try (Stream<Path> files = Files.list(Project.shared("data/vocab"))) {
      List<Path> expected = files.filter(f -> f.toString().endsWith(".info.json")).toList();
      return expected.stream()
          .map(e -> DynamicTest.dynamicTest(e.getFileName().toString(), () -> assertAgrees(e)));
    }
  }

  private void assertAgrees(Path expectation) throws IOException {
    String name = expectation.getFileName().toString().replace(".info.json", ".gguf");
    Path model = expectation.resolveSibling(name);
    JsonNode expected = JSON.readTree(expectation.toFile());
    JsonNode info = json(cp.run("gguf", "info", model.toString(), "--json"));
    for (String key :
        List.of("file_bytes", "version", "alignment", "data_offset", "tensor_count")) {
      assertEquals(expected.get(key), info.get(key), key);
    }
    JsonNode metadata = expected.get("metadata");
    assertEquals(metadata.size(), info.get("metadata_count").asInt());
    metadata
        .properties()
        .forEach(
            entry -> {
              JsonNode ours = info.get("metadata").get(entry.getKey());
              JsonNode theirs = entry.getValue();
              if (theirs.has("element_type")) {
                assertEquals("array", ours.get("type").asText(), entry.getKey());
                assertEquals(theirs.get("element_type"), ours.get("element_type"), entry.getKey());
                assertEquals(theirs.get("length"), ours.get("length"), entry.getKey());
              } else {
                assertEquals(theirs.get("type"), ours.get("type"), entry.getKey());
                assertSame(theirs.get("value"), ours.get("value"), entry.getKey());
              }
            });
  }

  /// Single precision is written here as its shortest decimal, and there widened to double.
  private static void assertSame(JsonNode theirs, JsonNode ours, String key) {
    if (theirs.isFloatingPointNumber()) {
      assertEquals(theirs.floatValue(), ours.floatValue(), key);
    } else {
      assertEquals(theirs, ours, key);
    }
  }

  @Test
  void aMissingShardIsToldAndNothingIsJoined() throws IOException {
    split();
    Files.delete(folder.resolve("tiny/shard_001.bin"));
    Result verify = cp.run("shard", "verify", "tiny", "--json");
    assertEquals(3, verify.exitCode());
    assertEquals("missing", state(json(verify), 1));
    Result join = cp.run("shard", "join", "tiny", "-o", "joined.gguf");
    assertEquals(3, join.exitCode(), join.stderr());
    assertTrue(join.stderr().contains("shard_001.bin is missing"), join.stderr());
    assertFalse(Files.exists(folder.resolve("joined.gguf")));
  }

  @Test
  void aCutShardHasTheWrongSize() throws IOException {
    split();
    resize("tiny/shard_001.bin", -1);
    Result verify = cp.run("shard", "verify", "tiny", "--json");
    assertEquals(3, verify.exitCode());
    assertEquals("wrong_size", state(json(verify), 1));
    assertJoinRefuses("shard_001.bin");
  }

  @Test
  void aFlippedByteIsNamedWithItsRangeAndTensors() throws IOException {
    split();
    flip("tiny/shard_001.bin", 40_000);
    Result verify = cp.run("shard", "verify", "tiny", "--json");
    assertEquals(3, verify.exitCode());
    JsonNode report = json(verify);
    assertEquals("corrupt", state(report, 1));
    JsonNode damaged = report.get("shards").get(1).get("damaged").get(0);
    assertTrue(damaged.get("range").get(0).asLong() <= 40_000);
    assertTrue(damaged.get("range").get(1).asLong() > 40_000);
    assertTrue(damaged.get("tensors").get(0).asText().startsWith("blk."), report.toString());
    assertJoinRefuses("shard_001.bin");
  }

  @Test
  void anUnknownHashIsNoGoodHash() throws IOException {
    split();
    Path file = folder.resolve("tiny/manifest.json");
    forgetHash(file, 1);
    Result verify = cp.run("shard", "verify", "tiny", "--json");
    assertEquals(3, verify.exitCode(), verify.stderr());
    assertEquals("unverified", state(json(verify), 1), verify.stdout());
    assertEquals(0, cp.run("shard", "verify", "tiny", "--allow-unverified").exitCode());
    assertJoinRefuses("shard_001.bin");
    flip("tiny/shard_000.bin", 40_000);
    assertEquals(3, cp.run("shard", "verify", "tiny", "--allow-unverified").exitCode());
  }

  /// Makes it the manifest of a node that has never seen one of the shards.
  private static void forgetHash(Path file, int shard) throws IOException {
    JsonNode json = JSON.readTree(file.toFile());
    ArrayNode hash = ((ObjectNode) json.get("shards").get(shard)).putArray("hash");
    for (int i = 0; i < 32; i++) {
      hash.add(0);
    }
    JSON.writeValue(file.toFile(), json);
    Manifest manifest = ManifestJson.read(file);
    Files.write(file, ManifestJson.write(manifest.withHash(ManifestHash.of(manifest))));
  }

  @Test
  void anIncompleteManifestIsToldApartByExitCodes() throws IOException {
    split();
    Path manifest = folder.resolve("tiny/manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.substring(0, text.length() / 2));
    assertEquals(2, cp.run("shard", "verify", "tiny").exitCode());
    Files.writeString(
        manifest, text.replaceFirst("\"total_size_bytes\": (\\d)", "\"total_size_bytes\": 9$1"));
    Result wrong = cp.run("shard", "verify", "tiny");
    assertEquals(3, wrong.exitCode(), wrong.stderr() + wrong.stdout());
    Files.delete(manifest);
    Result none = cp.run("shard", "verify", "tiny");
    assertEquals(4, none.exitCode());
    assertTrue(none.stderr().contains("manifest.json"), none.stderr());
  }

  @Test
  void quarantineTakesDamagedShardsOutOfTheWay() throws IOException {
    split();
    flip("tiny/shard_001.bin", 40_000);
    assertEquals(3, cp.run("shard", "verify", "tiny", "--quarantine").exitCode());
    assertFalse(Files.exists(folder.resolve("tiny/shard_001.bin")));
    JsonNode after = json(cp.run("shard", "verify", "tiny", "--json"));
    assertEquals("missing", state(after, 1));
  }

  @Test
  void selectedShardsAndRangesAreReadAlone() throws IOException {
    split();
    flip("tiny/shard_001.bin", 40_000);
    assertEquals(0, cp.run("shard", "verify", "tiny", "--shards", "0").exitCode());
    assertEquals(3, cp.run("shard", "verify", "tiny", "--shards", "0-1").exitCode());
    assertEquals(0, cp.run("shard", "verify", "tiny", "--range", "0-64KiB").exitCode());
    assertEquals(2, cp.run("shard", "verify", "tiny", "--shards", "7").exitCode());
  }

  @Test
  void aLinkedModelStaysWhereItIs() throws IOException {
    assertEquals(0, cp.run("gguf", "sample", "tiny.gguf").exitCode());
    Result split = cp.run("shard", "split", "tiny.gguf", "--link", "--shard-size", "150KiB");
    assertEquals(0, split.exitCode(), split.stderr());
    assertFalse(Files.exists(folder.resolve("tiny/shard_000.bin")));
    assertEquals(0, cp.run("shard", "verify", "tiny").exitCode());
    flip("tiny.gguf", 300_000);
    assertEquals(3, cp.run("shard", "verify", "tiny").exitCode());
  }

  /// The parts that llama.cpp's users download are one model: shards as of the one file.
  @Test
  void aSplitSetBecomesTheShardsOfTheModel() throws IOException {
    split();
    assertEquals(0, cp.run("gguf", "split", "tiny.gguf", "--max-tensors", "9").exitCode());
    Files.createDirectory(folder.resolve("of-set"));
    Result set =
        cp.run(
            "shard",
            "split",
            "tiny-00002-of-00003.gguf",
            "--shard-size",
            "150KiB",
            "-o",
            "of-set",
            "--json");
    assertEquals(0, set.exitCode(), set.stderr());
    assertTrue(set.stderr().contains("taken as one model, tiny.gguf"), set.stderr());
    assertEquals("tiny", json(set).get("model_id").asText());
    try (Stream<Path> files = Files.list(folder.resolve("tiny"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        // They tell when they were made.
        if (!name.equals("manifest.json") && !name.equals("computepool.json")) {
          assertEquals(-1, Files.mismatch(file, folder.resolve("of-set/tiny").resolve(name)), name);
        }
      }
    }
    assertEquals(0, cp.run("shard", "verify", "of-set/tiny", "--deep").exitCode());
    assertEquals(0, cp.run("shard", "join", "of-set/tiny", "-o", "joined.gguf").exitCode());
    assertEquals(-1, Files.mismatch(folder.resolve("tiny.gguf"), folder.resolve("joined.gguf")));
    JsonNode info =
        json(cp.run("shard", "info", "tiny-00001-of-00003.gguf", "--shard-size=150KiB", "--json"));
    assertEquals("tiny.gguf", info.get("original_name").asText());
    assertEquals(2, info.get("shard_count").asInt());
    Result link = cp.run("shard", "split", "tiny-00001-of-00003.gguf", "--link", "-o", "linked");
    assertEquals(2, link.exitCode());
    assertTrue(link.stderr().contains("one of 3 parts"), link.stderr());
  }

  @Test
  void aLostTreeIsRepaired() throws IOException {
    split();
    Path tree = folder.resolve("tiny/shard_001.tree");
    Files.delete(tree);
    assertEquals(3, cp.run("shard", "verify", "tiny").exitCode());
    Result repaired = cp.run("shard", "verify", "tiny", "--repair", "--json");
    assertEquals(0, repaired.exitCode(), repaired.stderr());
    assertEquals("shard_001.tree", json(repaired).get("repaired").get(0).asText());
    assertEquals(0, cp.run("shard", "verify", "tiny").exitCode());
  }

  @Test
  void aDryRunWritesNothingAndFindsTheSameFaults() throws IOException {
    assertEquals(0, cp.run("gguf", "sample", "tiny.gguf").exitCode());
    Result dry = cp.run("shard", "split", "tiny.gguf", "--dry-run");
    assertEquals(0, dry.exitCode(), dry.stderr());
    assertEquals(List.of("tiny.gguf"), names(folder));
    assertEquals(0, cp.run("shard", "split", "tiny.gguf").exitCode());
    for (String[] again : new String[][] {{}, {"--dry-run"}}) {
      Result refused = cp.withArguments("shard", "split", "tiny.gguf").run(again);
      assertEquals(2, refused.exitCode());
      assertTrue(refused.stderr().contains("--force"), refused.stderr());
    }
    assertEquals(0, cp.run("shard", "split", "tiny.gguf", "--force").exitCode());
  }

  @Test
  void aShardInThePlaceOfAnotherIsRefused() throws IOException {
    split();
    Files.copy(
        folder.resolve("tiny/shard_000.bin"),
        folder.resolve("tiny/shard_001.bin"),
        StandardCopyOption.REPLACE_EXISTING);
    assertJoinRefuses("shard_001.bin");
  }

  /// Nodes take what has the name of a shard for one, so no cut, flipped or foreign model may
  /// become any.
  @Test
  void noTruncationBecomesShards() throws IOException {
    assertEquals(0, cp.run("gguf", "sample", "tiny.gguf").exitCode());
    byte[] whole = Files.readAllBytes(folder.resolve("tiny.gguf"));
    assertAll(
        Stream.of(
                0, 3, 4, 8, 23, 24, 100, 5_000, 19_199, 19_200, whole.length / 2, whole.length - 1)
            .map(
                length ->
                    () -> {
                      Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, length));
                      Result result = cp.run("shard", "split", "cut.gguf");
                      assertEquals(2, result.exitCode(), length + ": " + result.stderr());
                      assertTrue(
                          result.stderr().startsWith("error: cut.gguf"),
                          length + ": " + result.stderr());
                      assertFalse(Files.exists(folder.resolve("cut")));
                    }));
  }

  private void assertJoinRefuses(String shard) {
    Result join = cp.run("shard", "join", "tiny", "-o", "joined.gguf");
    assertEquals(3, join.exitCode(), join.stderr());
    assertTrue(join.stderr().contains(shard), join.stderr());
    assertFalse(Files.exists(folder.resolve("joined.gguf")));
  }

  private void flip(String name, long at) throws IOException {
    try (FileChannel file =
        FileChannel.open(folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      file.read(one, at);
      one.put(0, (byte) ~one.get(0)).rewind();
      file.write(one, at);
    }
  }

  private void resize(String name, int by) throws IOException {
    try (FileChannel file = FileChannel.open(folder.resolve(name), StandardOpenOption.WRITE)) {
      file.truncate(file.size() + by);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
