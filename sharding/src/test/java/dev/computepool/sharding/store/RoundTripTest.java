package dev.computepool.sharding.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.ByteRange;
import dev.computepool.hash.Blake3;
import dev.computepool.hash.Digest;
import dev.computepool.sharding.SharedData;
import dev.computepool.sharding.TinyGguf;
import dev.computepool.sharding.plan.LayerRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever is split is put together again, bit for bit.
class RoundTripTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(longs = {1, 100, 1000, 5000, 1L << 40})
  void everyShardSizeGivesTheSameFileBack(long shardSize) throws IOException {
    Path model = TinyGguf.llama(6, 300).writeTo(temp.resolve("tiny.gguf"));
    survives(model, Directories.shardsOf(shardSize));
    survives(model, Directories.shardsOf(shardSize).withReplace(true).withLink(true));
  }

  @Test
  void whatIsNotZeroBetweenTensorsComesBack() throws IOException {
    Path model =
        TinyGguf.llama(4, 333)
            .padding(0xA5)
            .trailing(new byte[10_000])
            .trailing("the end".getBytes(StandardCharsets.UTF_8))
            .writeTo(temp.resolve("padded.gguf"));
    Path directory = survives(model, Directories.shardsOf(1000));
    assertTrue(Files.exists(directory.resolve(ShardFiles.EXTRA)));
    survives(model, Directories.shardsOf(1000).withReplace(true).withLink(true));
  }

  @Test
  void aTrailOfZerosComesBackToItsLength() throws IOException {
    Path model =
        TinyGguf.llama(2, 64).trailing(new byte[5_000_000]).writeTo(temp.resolve("zeros.gguf"));
    Path directory = survives(model, Directories.shardsOf(100));
    assertFalse(Files.exists(directory.resolve(ShardFiles.EXTRA)));
  }

  @Test
  void tensorsThatNodesDropComeBack() throws IOException {
    Path model =
        TinyGguf.llama(2, 300)
            .tensor("blk.x.weight", 5000)
            .tensor("blk..weight", 3)
            .writeTo(temp.resolve("dropped.gguf"));
    Path directory = survives(model, Directories.shardsOf(400));
    long extra = Files.size(directory.resolve(ShardFiles.EXTRA));
    assertTrue(extra > 4900 && extra <= 5035, () -> extra + " bytes");
  }

  @Test
  void tensorsOutOfOrderAndOfOtherAlignmentComeBack() throws IOException {
    Path model =
        TinyGguf.llama(0)
            .alignment(8)
            .tensor("output.weight", 77)
            .tensor("blk.2.a", 100)
            .tensor("blk.0.a", 1)
            .tensor("output_norm.weight", 8)
            .tensor("blk.1.a", 0)
            .tensor("rope_freqs.weight", 12)
            .tensor("token_embd.weight", 33)
            .writeTo(temp.resolve("order.gguf"));
    survives(model, Directories.shardsOf(50));
  }

  @Test
  void aFileWithoutTensorsIsOneWholeShard() throws IOException {
    Path model = TinyGguf.llama(0).writeTo(temp.resolve("vocab-only.gguf"));
    Path directory = survives(model, Directories.shardsOf(10));
    Manifest manifest = ManifestJson.read(directory.resolve(ShardFiles.MANIFEST));
    byte[] bytes = Files.readAllBytes(model);
    assertEquals(
        List.of(
            new Manifest.Shard(
                0, new LayerRange(0, 0), bytes.length, Blake3.hash(bytes), List.of())),
        manifest.shards());
    assertArrayEquals(bytes, Files.readAllBytes(directory.resolve("shard_000.bin")));
    assertArrayEquals(bytes, Files.readAllBytes(directory.resolve(ShardFiles.HEADER)));
  }

  @Test
  void wholeKeepsTheFileAsItIs() throws IOException {
    Path model =
        TinyGguf.llama(3, 200).padding(1).trailing((byte) 7).writeTo(temp.resolve("w.gguf"));
    Path directory = survives(model, Directories.whole());
    assertArrayEquals(
        Files.readAllBytes(model), Files.readAllBytes(directory.resolve("shard_000.bin")));
    Manifest manifest = ManifestJson.read(directory.resolve(ShardFiles.MANIFEST));
    assertTrue(manifest.isWhole());
    assertEquals(new LayerRange(0, 3), manifest.shards().getFirst().layers());
    assertEquals(
        List.of(
            "computepool.json",
            "gguf_header.bin",
            "manifest.json",
            "shard_000.bin",
            "shard_000.tree"),
        Directories.names(directory));
    survives(model, Directories.whole().withReplace(true).withLink(true));
  }

  @Test
  void aSingleShardListsItsTensorsUnlessWholeWasAskedFor() throws IOException {
    Path model = TinyGguf.llama(3, 200).writeTo(temp.resolve("one.gguf"));
    Path directory = survives(model, Directories.shardsOf(1 << 30));
    Manifest manifest = ManifestJson.read(directory.resolve(ShardFiles.MANIFEST));
    assertEquals(1, manifest.shards().size());
    assertEquals(9, manifest.shards().getFirst().tensors().size());
  }

  @Test
  void linkingCopiesNoTensor() throws IOException {
    Path model = TinyGguf.llama(4, 4000).writeTo(temp.resolve("linked.gguf"));
    Path directory = survives(model, Directories.shardsOf(5000).withLink(true));
    assertEquals(
        List.of(
            "computepool.json",
            "gguf_header.bin",
            "manifest.json",
            "shard_000.tree",
            "shard_001.tree",
            "shard_002.tree",
            "shard_003.tree",
            "source_path"),
        Directories.names(directory));
    assertEquals(model.toRealPath().toString(), Files.readString(directory.resolve("source_path")));
    assertEquals(
        List.of(ShardDirectory.Presence.LINKED),
        ShardDirectory.open(directory).shards().stream()
            .map(ShardDirectory.ShardStatus::presence)
            .distinct()
            .toList());
  }

  @Test
  void linkingAndCopyingDescribeTheSameShards() throws IOException {
    Path model = TinyGguf.llama(4, 40_000).writeTo(temp.resolve("same.gguf"));
    Path directory = Directories.split(model, Directories.shardsOf(50_000));
    byte[] manifest = Files.readAllBytes(directory.resolve(ShardFiles.MANIFEST));
    byte[] tree = Files.readAllBytes(directory.resolve(ShardFiles.tree(1)));
    Directories.split(model, Directories.shardsOf(50_000).withReplace(true).withLink(true));
    assertArrayEquals(manifest, Files.readAllBytes(directory.resolve(ShardFiles.MANIFEST)));
    assertArrayEquals(tree, Files.readAllBytes(directory.resolve(ShardFiles.tree(1))));
  }

  @Test
  void splittingTwiceGivesTheSameBytes() throws IOException {
    Path model = TinyGguf.llama(4, 40_000).padding(3).writeTo(temp.resolve("twice.gguf"));
    SplitOptions options = Directories.shardsOf(50_000).withSha256(true);
    Path first = Directories.copy(Directories.split(model, options), temp.resolve("first"));
    Path second = Directories.split(model, options.withReplace(true));
    assertEquals(Directories.names(first), Directories.names(second));
    for (String name : Directories.names(first)) {
      assertArrayEquals(
          Files.readAllBytes(first.resolve(name)), Files.readAllBytes(second.resolve(name)), name);
    }
  }

  @Test
  void recordsAndProvesTheSha256WhenAsked() throws IOException {
    Path model = TinyGguf.llama(4, 400_000).writeTo(temp.resolve("sha.gguf"));
    Path directory = Directories.split(model, Directories.shardsOf(500_000).withSha256(true));
    Digest expected = sha256(model);
    assertEquals(expected, SplitRecord.read(directory.resolve(ShardFiles.RECORD)).originalSha256());
    assertEquals(expected, Directories.join(directory, temp.resolve("back.gguf")).sha256());
    assertEquals(
        expected, Directories.verify(directory, VerifyOptions.ALL.withDeep(true)).sha256());
    assertNull(Directories.verify(directory).sha256());
  }

  @Test
  void randomModelsSurvive() throws IOException {
    Random random = new Random(20260101);
    for (int run = 0; run < 60; run++) {
      TinyGguf model = TinyGguf.llama(random.nextInt(5)).seed(run);
      if (random.nextInt(4) == 0) {
        model.alignment(1 << random.nextInt(9));
      }
      if (random.nextInt(3) == 0) {
        model.padding(random.nextInt(256));
      }
      String[] names = {"token_embd", "output", "output_norm", "rope_freqs", "blk.z", "v.patch"};
      for (String name : names) {
        if (random.nextInt(3) > 0) {
          model.tensor(name + ".weight", random.nextInt(40_000));
        }
      }
      for (int i = 0; i < random.nextInt(40); i++) {
        model.tensor("blk." + random.nextInt(9) + ".t" + i, random.nextInt(30_000));
      }
      byte[] trailing = new byte[random.nextInt(3) * random.nextInt(9000)];
      Arrays.fill(trailing, trailing.length / 2, trailing.length, (byte) random.nextInt(2));
      Path file = model.trailing(trailing).writeTo(temp.resolve("random-" + run + ".gguf"));
      SplitOptions options =
          random.nextInt(5) == 0
              ? Directories.whole()
              : Directories.shardsOf(1 + random.nextInt(200_000));
      survives(file, options.withLink(random.nextBoolean()).withSha256(random.nextInt(4) == 0));
    }
  }

  @Test
  void realVocabularyFilesSurvive() throws IOException {
    Path folder = SharedData.folder("data/vocab");
    int count = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.gguf")) {
      for (Path file : files) {
        Path model = Files.copy(file, temp.resolve(file.getFileName()));
        Path directory = survives(model, Directories.shardsOf(100_000).withSha256(true));
        assertEquals(
            sha256(file), SplitRecord.read(directory.resolve(ShardFiles.RECORD)).originalSha256());
        count++;
      }
    }
    assertTrue(count > 0, "no GGUF files in " + folder);
  }

  @Test
  void extraIsNoLargerThanItMustBe() throws IOException {
    byte[] trailing = new byte[100_000];
    trailing[17] = 1;
    trailing[5000] = 2;
    trailing[60_000] = 3;
    Path model = TinyGguf.llama(1, 64).trailing(trailing).writeTo(temp.resolve("x.gguf"));
    long end = Files.size(model) - trailing.length;
    Path directory = survives(model, Directories.shardsOf(1000));
    assertEquals(
        List.of(
            ByteRange.at(end + 17, 1), ByteRange.at(end + 5000, 1), ByteRange.at(end + 60_000, 1)),
        SplitRecord.read(directory.resolve(ShardFiles.RECORD)).extra());
  }

  /// Splits, verifies in depth and joins.
  private Path survives(Path model, SplitOptions options) throws IOException {
    Path directory = Directories.split(model, options);
    VerifyReport report = Directories.verify(directory, VerifyOptions.ALL.withDeep(true));
    assertTrue(report.ok(), () -> report.toString());
    Path back = temp.resolve("back-" + System.nanoTime());
    JoinResult result = Directories.join(directory, back);
    assertEquals(-1, Files.mismatch(model, back), () -> model + " is not what was joined");
    assertEquals(new JoinResult(back, Files.size(model), result.sha256(), List.of()), result);
    return directory;
  }

  private static Digest sha256(Path file) throws IOException {
    try {
      return Digest.of(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
