package dev.computepool.sharding.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.Progress;
import dev.computepool.hash.HashEngine;
import dev.computepool.sharding.SharedData;
import dev.computepool.sharding.plan.PlanOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The worked examples of the format, byte for byte, there and back.
class FixtureTest {
  private static final Instant PUBLISHED = Instant.ofEpochSecond(1767323045);

  @TempDir Path temp;

  enum Fixture {
    A("swarmllm-tiny-untied", "Tiny-Untied.F16.gguf", "tiny-untied.f16", 900),
    B("swarmllm-tiny-tied", "tiny_tied.Q8_0.gguf", "tiny-tied.q8-0", 800);

    private final String folder;
    private final String model;
    private final String id;
    private final long shardSize;

    Fixture(String folder, String model, String id, long shardSize) {
      this.folder = folder;
      this.model = model;
      this.id = id;
      this.shardSize = shardSize;
    }

    Path folder() {
      return SharedData.folder("specs/fixtures").resolve(folder);
    }
  }

  @ParameterizedTest
  @EnumSource
  void splitWritesWhatNodesWrite(Fixture fixture) throws IOException {
    SplitResult result = split(fixture);

    assertEquals(temp.resolve(fixture.id), result.path());
    Path expected = fixture.folder().resolve(fixture.id);
    for (String name : namesIn(expected)) {
      if (!name.equals(ShardFiles.MANIFEST)) {
        assertArrayEquals(
            Files.readAllBytes(expected.resolve(name)),
            Files.readAllBytes(result.path().resolve(name)),
            name);
      }
    }
    String ours = Files.readString(result.path().resolve(ShardFiles.MANIFEST));
    String theirs = Files.readString(expected.resolve(ShardFiles.MANIFEST));
    assertEquals(theirs, ours.replace(",\n  \"schema_version\": 2\n}", "\n}"));
    assertEquals(
        List.of(),
        namesIn(result.path()).stream()
            .filter(name -> name.endsWith(".bin") || name.endsWith(".tmp"))
            .filter(name -> !Files.exists(expected.resolve(name)))
            .toList());
  }

  @ParameterizedTest
  @EnumSource
  void manifestHashIsOfTheDocumentedBytes(Fixture fixture) throws IOException {
    Manifest manifest =
        ManifestJson.read(fixture.folder().resolve(fixture.id).resolve(ShardFiles.MANIFEST));
    assertArrayEquals(
        Files.readAllBytes(fixture.folder().resolve("manifest_preimage.bin")),
        ManifestHash.preimage(manifest));
    assertEquals(manifest.hash(), ManifestHash.of(manifest));
  }

  @ParameterizedTest
  @EnumSource
  void manifestsSurviveReadingAndWriting(Fixture fixture) throws IOException {
    Path file = fixture.folder().resolve(fixture.id).resolve(ShardFiles.MANIFEST);
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode expected = (ObjectNode) mapper.readTree(file.toFile());
    expected.put("schema_version", 2);
    assertEquals(expected, mapper.readTree(ManifestJson.write(ManifestJson.read(file))));
  }

  private SplitResult split(Fixture fixture) throws IOException {
    SplitOptions options =
        SplitOptions.of(PlanOptions.DEFAULT.withShardSize(fixture.shardSize), PUBLISHED);
    Path model = fixture.folder().resolve(fixture.model);
    return new ShardSplitter(HashEngine.detect().withThreads(2))
        .write(ShardSplitter.plan(model, temp, options), Progress.NONE);
  }

  private static List<String> namesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
