package dev.computepool.sharding.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.ByteRange;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.hash.Blake3;
import dev.computepool.hash.Digest;
import dev.computepool.sharding.SharedData;
import dev.computepool.sharding.TinyGguf;
import dev.computepool.sharding.plan.HfSource;
import dev.computepool.sharding.plan.PlanOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardVerifierTest {
  private static final int TENSOR = 100_000;
  private static final int GROUP = 16 << 10;

  @TempDir Path temp;
  private Path model = Path.of("");
  private Path directory = Path.of("");

  @BeforeEach
  void split() throws IOException {
    model = TinyGguf.llama(3, TENSOR).padding(9).writeTo(temp.resolve("tiny.gguf"));
    directory = Directories.split(model, Directories.shardsOf(TENSOR).withSha256(true));
  }

  @Test
  void whatWasWrittenIsOk() throws IOException {
    VerifyReport report = Directories.verify(directory);
    assertTrue(report.ok());
    assertEquals(
        List.of(
            new VerifyReport.Shard(0, "shard_000.bin", new FileState.Ok()),
            new VerifyReport.Shard(1, "shard_001.bin", new FileState.Ok()),
            new VerifyReport.Shard(2, "shard_002.bin", new FileState.Ok())),
        report.shards());
    assertEquals(
        List.of(
            "computepool.extra",
            "computepool.json",
            "gguf_header.bin",
            "manifest.json",
            "shard_000.tree",
            "shard_001.tree",
            "shard_002.tree"),
        report.files().stream().map(VerifyReport.Other::file).toList());
    assertEquals(List.of(), report.notes());
  }

  @Test
  void aDirectoryOfAnotherNameIsWorthKnowing() throws IOException {
    Path moved = Files.move(directory, directory.resolveSibling("other"));
    VerifyReport report = Directories.verify(moved);
    assertTrue(report.ok());
    assertEquals(
        List.of("nodes pass over a directory that is not called as its model, tiny"),
        report.notes());
  }

  @Test
  void aLostOrDamagedTreeIsMadeAnewFromAShardThatIsOk() throws IOException {
    Path lost = directory.resolve("shard_000.tree");
    Path damaged = directory.resolve("shard_001.tree");
    byte[] first = Files.readAllBytes(lost);
    byte[] second = Files.readAllBytes(damaged);
    Files.delete(lost);
    Directories.flip(damaged, 60, 1);
    assertFalse(Directories.verify(directory).ok());
    assertTrue(Directories.verify(directory).repairable());
    VerifyReport report = Directories.verify(directory, VerifyOptions.ALL.withRepair(true));
    assertTrue(report.ok());
    assertFalse(report.repairable());
    assertEquals(List.of("shard_000.tree", "shard_001.tree"), report.repaired());
    assertArrayEquals(first, Files.readAllBytes(lost));
    assertArrayEquals(second, Files.readAllBytes(damaged));
    assertEquals(
        List.of(), Directories.verify(directory, VerifyOptions.ALL.withRepair(true)).repaired());
  }

  @Test
  void theTreeOfADamagedShardIsNotMade() throws IOException {
    Path tree = directory.resolve("shard_000.tree");
    Files.delete(tree);
    Directories.flip(directory.resolve("shard_000.bin"), 5, 1);
    VerifyReport report = Directories.verify(directory, VerifyOptions.ALL.withRepair(true));
    assertEquals(List.of(), report.repaired());
    assertFalse(report.repairable());
    assertInstanceOf(FileState.Missing.class, Directories.stateOf(report, "shard_000.tree"));
    assertFalse(Files.exists(tree));
  }

  /// What nobody vouches for is no measure of what is right.
  @Test
  void nothingIsMadeByAManifestThatIsDamaged() throws IOException {
    Path tree = directory.resolve("shard_000.tree");
    Files.delete(tree);
    Path manifest = directory.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replace("\"Unknown\"", "\"Known\""));
    assertNotEquals(text, Files.readString(manifest));
    VerifyReport report = Directories.verify(directory, VerifyOptions.ALL.withRepair(true));
    assertEquals(List.of(), report.repaired());
    assertEquals(
        List.of("nothing is written anew: the manifest that says what is right is not right"),
        report.notes());
    assertFalse(Files.exists(tree));
  }

  @Test
  void aSidecarIsMadeAnewFromItsTensor() throws IOException {
    Path tied =
        TinyGguf.llama(2)
            .tensor("token_embd.weight", 9_000)
            .tensor("rope_freqs.weight", 300)
            .tensor("blk.0.w", 7)
            .tensor("blk.1.w", 9)
            .writeTo(temp.resolve("tied.gguf"));
    Path shards = Directories.split(tied, Directories.shardsOf(5_000));
    Path output = shards.resolve("tied_output_weight.bin");
    byte[] content = Files.readAllBytes(output);
    Directories.flip(output, 77, 4);
    Files.delete(shards.resolve("rope_freqs.bin"));
    VerifyReport report = Directories.verify(shards, VerifyOptions.ALL.withRepair(true));
    assertEquals(List.of("rope_freqs.bin", "tied_output_weight.bin"), report.repaired());
    assertTrue(report.ok());
    assertArrayEquals(content, Files.readAllBytes(output));
    assertTrue(Directories.verify(shards, VerifyOptions.ALL.withDeep(true)).ok());
    // As a node leaves it: no digest says what a sidecar must be, but the tensor does.
    Files.delete(shards.resolve(ShardFiles.RECORD));
    Directories.flip(output, 77, 4);
    assertEquals(
        List.of("tied_output_weight.bin"),
        Directories.verify(shards, VerifyOptions.ALL.withRepair(true)).repaired());
    assertArrayEquals(content, Files.readAllBytes(output));
  }

  @Test
  void aMissingShardIsMissing() throws IOException {
    Path shard = directory.resolve("shard_001.bin");
    Files.delete(shard);
    VerifyReport report = Directories.verify(directory);
    assertEquals(new FileState.Missing("there is no " + shard), report.shards().get(1).state());
    assertFalse(report.ok());
  }

  @Test
  void aCutShardHasTheWrongSizeAndIsNotRead() throws IOException {
    Path shard = directory.resolve("shard_001.bin");
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 1));
    long before =
        Directories.verify(directory, VerifyOptions.ALL.withShards(Set.of(0))).bytesRead();
    VerifyReport report = Directories.verify(directory, VerifyOptions.ALL.withShards(Set.of(0, 1)));
    assertEquals(
        new FileState.WrongSize(bytes.length, bytes.length - 1L), report.shards().get(1).state());
    assertEquals(before, report.bytesRead());
    assertFalse(report.ok());
  }

  /// As of a bad disk, or of a file that somebody removes: the others are told all the same.
  @Test
  void whatCannotBeReadDoesNotHideTheOthers() throws IOException {
    Path shard = directory.resolve("shard_001.bin");
    Directories.flip(directory.resolve("shard_002.bin"), 0, 1);
    VerifyReport report =
        new ShardVerifier(Directories.ENGINE.withThreads(1))
            .verify(
                directory,
                VerifyOptions.ALL.withQuarantine(true),
                Directories.onFirstStep(() -> Files.write(shard, new byte[0])));
    assertTrue(Directories.isOk(report.shards().get(0).state()));
    assertInstanceOf(FileState.Corrupt.class, report.shards().get(2).state());
    FileState.Unreadable state =
        assertInstanceOf(FileState.Unreadable.class, report.shards().get(1).state());
    assertTrue(state.why().startsWith("cannot be read: " + shard), state.why());
    assertFalse(report.ok());
    assertTrue(Files.exists(shard), "its bytes were not seen to be wrong");
  }

  @Test
  void aFlippedByteIsFoundToTheGroupAndTheTensor() throws IOException {
    Path shard = directory.resolve("shard_001.bin");
    byte[] bytes = Files.readAllBytes(shard);
    Directories.flip(shard, 60_000, 1);
    byte[] damaged = Files.readAllBytes(shard);
    VerifyReport report = Directories.verify(directory);
    ByteRange group = new ByteRange(3 * GROUP, 4 * GROUP);
    assertEquals(
        new FileState.Corrupt(
            Blake3.hash(bytes),
            Blake3.hash(damaged),
            List.of(new FileState.Damage(group, List.of("blk.1.ffn_up.weight")))),
        report.shards().get(1).state());
    assertFalse(report.ok());
    assertTrue(Directories.isOk(report.shards().get(0).state()));
    assertTrue(Directories.isOk(report.shards().get(2).state()));
  }

  @Test
  void damageInSeveralPlacesIsNamedApart() throws IOException {
    Path shard = directory.resolve("shard_001.bin");
    Directories.flip(shard, 25_000, 1); // the end of one tensor and the start of the next
    Directories.flip(shard, 120_000, 1);
    FileState.Corrupt state =
        assertInstanceOf(
            FileState.Corrupt.class, Directories.verify(directory).shards().get(1).state());
    assertEquals(
        List.of(
            new FileState.Damage(
                new ByteRange(GROUP, 2 * GROUP),
                List.of("blk.1.attn_norm.weight", "blk.1.ffn_up.weight")),
            new FileState.Damage(
                new ByteRange(7 * GROUP, 125_000), List.of("blk.1.ffn_up.weight"))),
        state.damaged());
  }

  @Test
  void anUnknownDigestIsNeitherGoodNorBad() throws IOException {
    Path file = directory.resolve(ShardFiles.MANIFEST);
    Files.write(file, ManifestJson.write(Manifests.forgetting(ManifestJson.read(file), 1)));
    VerifyReport report = Directories.verify(directory);
    assertEquals(
        new FileState.Unverified("the manifest does not know its digest"),
        report.shards().get(1).state());
    assertFalse(report.ok());
    assertTrue(Directories.verify(directory, VerifyOptions.ALL.withAllowUnverified(true)).ok());

    Directories.flip(directory.resolve("shard_000.bin"), 3, 1);
    assertFalse(Directories.verify(directory, VerifyOptions.ALL.withAllowUnverified(true)).ok());
  }

  @Test
  void noManifestIsNoDirectoryOfShards() throws IOException {
    Files.delete(directory.resolve(ShardFiles.MANIFEST));
    NoSuchFileException e =
        assertThrows(NoSuchFileException.class, () -> Directories.verify(directory));
    assertEquals(directory.resolve("manifest.json").toString(), e.getMessage());
    Path nowhere = temp.resolve("nowhere");
    assertThrows(NoSuchFileException.class, () -> Directories.verify(nowhere));
    assertThrows(NotDirectoryException.class, () -> Directories.verify(model));
  }

  @Test
  void aManifestThatDoesNotParseIsABadFile() throws IOException {
    Files.writeString(directory.resolve(ShardFiles.MANIFEST), "{\n  \"id\": oops\n}");
    FormatException e = assertThrows(FormatException.class, () -> Directories.verify(directory));
    assertEquals("line 2, column 14", e.problems().getFirst().at());
  }

  @Test
  void aManifestWithAWrongSelfHashIsCorrupt() throws IOException {
    Path file = directory.resolve(ShardFiles.MANIFEST);
    Files.writeString(
        file,
        Files.readString(file).replace("\"name\": \"Tiny Llama\"", "\"name\": \"Tiny Lama\""));
    VerifyReport report = Directories.verify(directory);
    assertInstanceOf(FileState.Corrupt.class, Directories.stateOf(report, ShardFiles.MANIFEST));
    assertFalse(report.ok());
    assertThrows(VerificationException.class, () -> ShardDirectory.open(directory));
  }

  @Test
  void aManifestThatANodeHasWrittenAnewIsStillGood() throws IOException {
    Path file = directory.resolve(ShardFiles.MANIFEST);
    Files.writeString(
        file,
        Files.readString(file)
            .replace(",\n  \"schema_version\": 2\n}", ",\n  \"context_length\": 4096\n}"));
    VerifyReport report = Directories.verify(directory);
    assertTrue(report.ok(), report::toString);
    assertEquals(
        List.of(
            "manifest.json was written anew since the split, as nodes do; its own hash is right"),
        report.notes());
  }

  @Test
  void directoriesOfNodesNeedNoFilesOfOurs() throws IOException {
    for (String fixture : List.of("swarmllm-tiny-untied", "swarmllm-tiny-tied")) {
      Path folder = SharedData.folder("specs/fixtures").resolve(fixture);
      try (var inside = Files.list(folder)) {
        Path node = inside.filter(Files::isDirectory).findFirst().orElseThrow();
        VerifyReport report = Directories.verify(node);
        assertTrue(report.ok(), report::toString);
        assertTrue(Directories.verify(node, VerifyOptions.ALL.withDeep(true)).ok());
        assertEquals(1, report.notes().size());
        Path copy = Directories.copy(node, temp.resolve(fixture));
        Directories.flip(copy.resolve("shard_001.bin"), 40, 4);
        FileState.Corrupt state =
            assertInstanceOf(
                FileState.Corrupt.class, Directories.verify(copy).shards().get(1).state());
        assertEquals(List.of(), state.damaged());
      }
    }
  }

  @Test
  void sidecarsOfNodesAreComparedWithTheirTensors() throws IOException {
    Path node =
        Directories.copy(
            SharedData.folder("specs/fixtures/swarmllm-tiny-tied/tiny-tied.q8-0"),
            temp.resolve("tied"));
    Directories.flip(node.resolve("rope_freqs.bin"), 5, 8);
    assertEquals(
        new FileState.Broken("differs from shard_000.bin at byte 5"),
        Directories.stateOf(Directories.verify(node), "rope_freqs.bin"));
    Files.delete(node.resolve("shard_000.bin"));
    assertEquals(
        new FileState.Unverified("the tensor it copies is not here to compare it with"),
        Directories.stateOf(Directories.verify(node), "rope_freqs.bin"));
  }

  @Test
  void headersOfNodesAreHeldAgainstTheManifest() throws IOException {
    Path node =
        Directories.copy(
            SharedData.folder("specs/fixtures/swarmllm-tiny-untied/tiny-untied.f16"),
            temp.resolve("untied"));
    byte[] header = Files.readAllBytes(node.resolve(ShardFiles.HEADER));
    String text = new String(header, StandardCharsets.ISO_8859_1);
    Directories.flip(node.resolve(ShardFiles.HEADER), text.indexOf("blk.2.attn_norm") + 4, 8);
    FileState state = Directories.stateOf(Directories.verify(node), ShardFiles.MANIFEST);
    assertEquals(
        "places tensor blk.2.attn_norm.weight at [1888, 1916);"
            + " the header has none of that name left",
        assertInstanceOf(FileState.Broken.class, state).why());
    Files.write(node.resolve(ShardFiles.HEADER), Arrays.copyOf(header, 900));
    assertInstanceOf(
        FileState.Broken.class, Directories.stateOf(Directories.verify(node), ShardFiles.HEADER));
  }

  @Test
  void flippedBitsAreReportedUnderTheRightName() throws IOException {
    Path small =
        Directories.split(
            TinyGguf.llama(2)
                .tensor("token_embd.weight", 40)
                .tensor("rope_freqs.weight", 12)
                .tensor("blk.0.a", 20)
                .tensor("blk.1.a", 20)
                .padding(3)
                .writeTo(temp.resolve("small.gguf")),
            new SplitOptions(
                PlanOptions.DEFAULT
                    .withShardSize(300)
                    .withOrigin(new HfSource("org/name", "small.gguf")),
                true,
                false,
                false,
                Directories.PUBLISHED));
    assertEquals(
        List.of(
            "computepool.extra",
            "computepool.json",
            "gguf_header.bin",
            "hf_source.json",
            "manifest.json",
            "rope_freqs.bin",
            "shard_000.bin",
            "shard_000.tree",
            "shard_001.bin",
            "shard_001.tree",
            "tied_output_weight.bin"),
        Directories.names(small));
    assertFlipsAreReported(small);
  }

  @Test
  void flippedBitsOfALinkedModelAreReported() throws IOException {
    Path linked =
        Directories.split(
            TinyGguf.llama(2, 50).padding(3).writeTo(temp.resolve("linked.gguf")),
            Directories.shardsOf(300).withLink(true));
    assertFlipsAreReported(linked);

    Path source = temp.resolve("linked.gguf");
    byte[] original = Files.readAllBytes(source);
    for (int at = 0; at < original.length; at += 7) {
      Directories.flip(source, at, 1 << at % 8);
      VerifyReport report = Directories.verify(linked, VerifyOptions.ALL.withDeep(true));
      int position = at;
      assertFalse(report.ok(), () -> "byte " + position + " of the source");
      Files.write(source, original);
    }
    assertTrue(Directories.verify(linked, VerifyOptions.ALL.withDeep(true)).ok());
  }

  private static void assertFlipsAreReported(Path directory) throws IOException {
    assertTrue(Directories.verify(directory).ok());
    List<String> unreported = new ArrayList<>();
    for (String name : Directories.names(directory)) {
      Path file = directory.resolve(name);
      byte[] original = Files.readAllBytes(file);
      for (int at = 0; at < original.length; at += 1 + original.length / 150) {
        Directories.flip(file, at, 1 << at % 8);
        if (!isReported(directory, name)) {
          unreported.add(name + " at " + at);
        }
        Files.write(file, original);
      }
    }
    // Nobody reads the version key, and a newer node leaves it out: a note must do.
    unreported.removeIf(place -> place.startsWith(ShardFiles.MANIFEST));
    assertEquals(List.of(), unreported);
    assertTrue(Directories.verify(directory).ok());
  }

  private static boolean isReported(Path directory, String name) throws IOException {
    try {
      VerifyReport report = Directories.verify(directory);
      if (name.equals(ShardFiles.SOURCE_PATH)) {
        return !report.ok() && !Directories.isOk(Directories.stateOf(report, name));
      }
      if (report.notes().stream().anyMatch(note -> note.startsWith(name))) {
        return true;
      }
      return !report.ok() && !Directories.isOk(Directories.stateOf(report, name));
    } catch (FormatException e) {
      return e.file().endsWith(name);
    }
  }

  @Test
  void everyDeletedFileIsReportedMissing() throws IOException {
    for (String name : Directories.names(directory)) {
      if (name.equals(ShardFiles.MANIFEST)) {
        continue; // without it there is nothing to verify
      }
      Path copy = Directories.copy(directory, temp.resolve("without-" + name));
      Files.delete(copy.resolve(name));
      assertInstanceOf(
          FileState.Missing.class, Directories.stateOf(Directories.verify(copy), name));
    }
  }

  @Test
  void filesOfAnotherKindAreNotRead() throws IOException {
    Path shard = directory.resolve("shard_001.bin");
    Files.delete(shard);
    Files.createDirectory(shard);
    Path tree = directory.resolve("shard_000.tree");
    Files.delete(tree);
    Files.createSymbolicLink(tree, tree.getFileName());
    VerifyReport report = Directories.verify(directory);
    assertEquals(
        new FileState.Missing(shard + " is not a regular file"), report.shards().get(1).state());
    assertInstanceOf(FileState.Missing.class, Directories.stateOf(report, "shard_000.tree"));
  }

  @Test
  void aDamagedTreeDoesNotBlameItsShard() throws IOException {
    Directories.flip(directory.resolve("shard_001.tree"), 100, 1);
    VerifyReport report = Directories.verify(directory);
    assertTrue(Directories.isOk(report.shards().get(1).state()));
    assertInstanceOf(FileState.Broken.class, Directories.stateOf(report, "shard_001.tree"));

    Directories.flip(directory.resolve("shard_001.bin"), 100, 1);
    FileState.Corrupt state =
        assertInstanceOf(
            FileState.Corrupt.class, Directories.verify(directory).shards().get(1).state());
    assertEquals(List.of(), state.damaged());
  }

  @Test
  void onlyTheSelectedShardsAreRead() throws IOException {
    Directories.flip(directory.resolve("shard_001.bin"), 100, 1);
    VerifyReport report = Directories.verify(directory, VerifyOptions.ALL.withShards(Set.of(0, 2)));
    assertTrue(report.ok());
    assertEquals(List.of(0, 2), report.shards().stream().map(VerifyReport.Shard::index).toList());
    assertFalse(Directories.verify(directory, VerifyOptions.ALL.withShards(Set.of(1))).ok());
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Directories.verify(directory, VerifyOptions.ALL.withShards(Set.of(3))));
    assertEquals("there is no shard 3; the model has 3", e.getMessage());
  }

  @Test
  void aRangeIsProvedAlone() throws IOException {
    Manifest manifest = ManifestJson.read(directory.resolve(ShardFiles.MANIFEST));
    Manifest.Tensor tensor = manifest.shards().get(1).tensors().get(1);
    assertEquals("blk.1.ffn_up.weight", tensor.name());
    Directories.flip(directory.resolve("shard_001.bin"), (int) tensor.shardOffset() + 50_000, 1);
    long header = Files.size(directory.resolve(ShardFiles.HEADER));

    VerifyReport bad =
        Directories.verify(
            directory, VerifyOptions.ALL.withRange(ByteRange.at(tensor.ggufOffset() + 50_000, 1)));
    assertEquals(
        new FileState.Corrupt(
            manifest.shards().get(1).hash(),
            null,
            List.of(
                new FileState.Damage(
                    new ByteRange(4 * GROUP, 5 * GROUP), List.of("blk.1.ffn_up.weight")))),
        bad.shards().getFirst().state());
    assertEquals(header + GROUP, bad.bytesRead());

    VerifyReport good =
        Directories.verify(
            directory, VerifyOptions.ALL.withRange(ByteRange.at(tensor.ggufOffset() + 90_000, 9)));
    assertTrue(good.ok());
    assertEquals(
        List.of(new VerifyReport.Shard(1, "shard_001.bin", new FileState.Ok())), good.shards());
  }

  @Test
  void aRangeWithoutATreeIsProvedByTheWholeShard() throws IOException {
    Files.delete(directory.resolve("shard_001.tree"));
    Directories.flip(directory.resolve("shard_001.bin"), 100, 1);
    Manifest manifest = ManifestJson.read(directory.resolve(ShardFiles.MANIFEST));
    long far = manifest.shards().get(1).tensors().get(1).ggufOffset() + 90_000;
    VerifyReport report =
        Directories.verify(directory, VerifyOptions.ALL.withRange(ByteRange.at(far, 1)));
    assertInstanceOf(FileState.Corrupt.class, report.shards().getFirst().state());
  }

  @Test
  void aRangeMustLieInTheModel() throws IOException {
    long size = Files.size(model);
    assertTrue(
        Directories.verify(directory, VerifyOptions.ALL.withRange(new ByteRange(0, size))).ok());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Directories.verify(directory, VerifyOptions.ALL.withRange(new ByteRange(0, size + 1))));
  }

  @Test
  void quarantineRenamesWhatIsWrongAndNothingElse() throws IOException {
    Directories.flip(directory.resolve("shard_000.bin"), 100, 1);
    Files.write(directory.resolve("shard_002.bin"), new byte[3]);
    List<String> before = Directories.names(directory);
    Directories.verify(directory);
    assertEquals(before, Directories.names(directory));

    VerifyReport report = Directories.verify(directory, VerifyOptions.ALL.withQuarantine(true));
    assertEquals(
        List.of(
            new VerifyReport.Quarantined(
                directory.resolve("shard_000.bin"), directory.resolve("shard_000.bin.quarantine")),
            new VerifyReport.Quarantined(
                directory.resolve("shard_002.bin"), directory.resolve("shard_002.bin.mismatched"))),
        report.quarantined());
    assertFalse(Files.exists(directory.resolve("shard_000.bin")));
    assertTrue(Files.exists(directory.resolve("shard_002.bin.mismatched")));
    assertTrue(Files.exists(directory.resolve("shard_001.bin")));
  }

  @Test
  void nothingIsQuarantinedOnTheWordOfABadManifest() throws IOException {
    Path file = directory.resolve(ShardFiles.MANIFEST);
    Manifest manifest = ManifestJson.read(file);
    byte[] wrong = new byte[Digest.BYTES];
    wrong[0] = 1;
    Files.write(file, ManifestJson.write(manifest.withHash(Digest.of(wrong))));
    Directories.flip(directory.resolve("shard_000.bin"), 100, 1);
    VerifyReport report = Directories.verify(directory, VerifyOptions.ALL.withQuarantine(true));
    assertEquals(List.of(), report.quarantined());
    assertTrue(Files.exists(directory.resolve("shard_000.bin")));
  }

  @Test
  void theSourceOfALinkedModelIsNeverQuarantined() throws IOException {
    Path linked =
        Directories.split(model, Directories.shardsOf(TENSOR).withLink(true).withReplace(true));
    Directories.flip(model, (int) Files.size(model) - 50_000, 1);
    VerifyReport report = Directories.verify(linked, VerifyOptions.ALL.withQuarantine(true));
    assertFalse(report.ok());
    assertEquals(List.of(), report.quarantined());
    assertTrue(Files.exists(model));
  }

  @ParameterizedTest
  @CsvSource({"0, token_embd.weight", "1, blk.1.ffn_up.weight"})
  void wholeShardsNameTheirTensorsToo(int shard, String tensor) throws IOException {
    Path whole = Directories.split(model, Directories.whole().withReplace(true));
    Manifest.Tensor damaged =
        new ArrayList<>(
                ManifestJson.read(
                        Directories.split(
                                Files.copy(model, temp.resolve("other.gguf")),
                                Directories.shardsOf(TENSOR))
                            .resolve(ShardFiles.MANIFEST))
                    .shards()
                    .get(shard)
                    .tensors())
            .stream().filter(t -> t.name().equals(tensor)).findFirst().orElseThrow();
    Directories.flip(whole.resolve("shard_000.bin"), (int) damaged.ggufOffset() + 40_000, 1);
    FileState.Corrupt state =
        assertInstanceOf(
            FileState.Corrupt.class, Directories.verify(whole).shards().getFirst().state());
    assertEquals(List.of(List.of(tensor)), state.damaged().stream().map(d -> d.tensors()).toList());
  }

  @Test
  void aDeepLookFindsALayoutThatNodesWouldNotMake() throws IOException {
    Path file = directory.resolve(ShardFiles.RECORD);
    SplitRecord record = SplitRecord.read(file);
    Files.write(
        file,
        new SplitRecord(
                record.originalName(),
                record.originalBytes(),
                record.originalSha256(),
                1 << 30,
                record.treeGroup(),
                false,
                record.extra(),
                record.extraHash(),
                record.files())
            .write());
    assertTrue(Directories.verify(directory).ok());
    assertEquals(
        new FileState.Broken("does not cut the model as nodes do at shards of 1073741824 bytes"),
        Directories.stateOf(
            Directories.verify(directory, VerifyOptions.ALL.withDeep(true)), ShardFiles.MANIFEST));
  }

  @Test
  void aDeepLookFindsAWrongSha256() throws IOException {
    Path file = directory.resolve(ShardFiles.RECORD);
    SplitRecord record = SplitRecord.read(file);
    Files.write(
        file,
        new SplitRecord(
                record.originalName(),
                record.originalBytes(),
                Blake3.hash(new byte[1]),
                record.shardSize(),
                record.treeGroup(),
                false,
                record.extra(),
                record.extraHash(),
                record.files())
            .write());
    assertTrue(Directories.verify(directory).ok());
    VerifyReport report = Directories.verify(directory, VerifyOptions.ALL.withDeep(true));
    assertInstanceOf(FileState.Broken.class, Directories.stateOf(report, ShardFiles.RECORD));
  }

  @Test
  void selectionsThatContradictEachOtherAreRefused() {
    VerifyOptions some = VerifyOptions.ALL.withShards(Set.of(1));
    assertThrows(IllegalArgumentException.class, () -> some.withRange(new ByteRange(0, 1)));
    assertThrows(IllegalArgumentException.class, () -> some.withDeep(true));
  }

  @Test
  void stopsWhenAsked() {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    assertThrows(
        CancelledException.class,
        () ->
            new ShardVerifier(Directories.ENGINE)
                .verify(directory, VerifyOptions.ALL, Progress.silent(cancellation)));
  }
}
