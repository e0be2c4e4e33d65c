package dev.computepool.sharding.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.BusyException;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.base.VerificationException;
import dev.computepool.hash.Blake3;
import dev.computepool.sharding.SharedData;
import dev.computepool.sharding.TinyGguf;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardJoinerTest {
  @TempDir Path temp;
  private Path model = Path.of("");
  private Path directory = Path.of("");
  private Path target = Path.of("");

  @BeforeEach
  void split() throws IOException {
    model = TinyGguf.llama(3, 100_000).padding(9).writeTo(temp.resolve("tiny.gguf"));
    directory = Directories.split(model, Directories.shardsOf(100_000));
    target = temp.resolve("back.gguf");
  }

  @Test
  void allThatIsMissingIsToldAtOnceAndBeforeAnythingIsRead() throws IOException {
    Path first = directory.resolve("shard_000.bin");
    Files.delete(first);
    Files.write(directory.resolve("shard_002.bin"), new byte[77]);
    Files.delete(directory.resolve("gguf_header.bin"));
    long size = ManifestJson.read(directory.resolve("manifest.json")).shards().get(2).sizeBytes();
    VerificationException e =
        assertThrows(
            VerificationException.class, () -> ShardJoiner.plan(directory, target, false, false));
    assertEquals(
        List.of(
            "gguf_header.bin is missing: there is no " + directory.resolve("gguf_header.bin"),
            "shard_000.bin is missing: there is no " + first,
            "shard_002.bin has 77 bytes instead of " + size),
        e.problems());
    assertFalse(Files.exists(target));
  }

  @Test
  void allThatIsCorruptIsToldAtOnceAndNothingAppears() throws IOException {
    Directories.flip(directory.resolve("shard_000.bin"), 50_000, 1);
    Directories.flip(directory.resolve("shard_001.bin"), 0, 1);
    Directories.flip(directory.resolve("computepool.extra"), 0, 1);
    Directories.flip(directory.resolve("gguf_header.bin"), 30, 1);
    VerificationException e =
        assertThrows(VerificationException.class, () -> Directories.join(directory, target));
    assertEquals(
        List.of(
            "computepool.extra is corrupt",
            "gguf_header.bin is corrupt",
            "shard_000.bin is corrupt: in [49152, 65536) token_embd.weight",
            "shard_001.bin is corrupt: in [0, 16384) blk.1.attn_norm.weight"),
        e.problems());
    assertEquals(List.of("shards", "tiny.gguf"), Directories.names(temp));
  }

  @Test
  void aBadManifestIsNotBelieved() throws IOException {
    Path file = directory.resolve("manifest.json");
    Files.writeString(file, Files.readString(file).replace("Tiny Llama", "Tiny Lama"));
    assertThrows(VerificationException.class, () -> Directories.join(directory, target));
  }

  @Test
  void aBadRecordIsNotBelieved() throws IOException {
    Directories.flip(directory.resolve("computepool.json"), 40, 1);
    VerificationException e =
        assertThrows(VerificationException.class, () -> Directories.join(directory, target));
    assertEquals(
        List.of("computepool.json does not match its own digest: it was changed or damaged"),
        e.problems());
  }

  /// Every shard is still proved by the manifest; where bytes between tensors belong, if there are
  /// some, is not known any more.
  @Test
  void withoutItsRecordADirectoryIsJoinedIfThatIsAllowed() throws IOException {
    Files.delete(directory.resolve("computepool.json"));
    VerificationException e =
        assertThrows(
            VerificationException.class, () -> ShardJoiner.plan(directory, target, false, true));
    assertEquals(
        List.of(
            "computepool.json is missing, though other files of it are here, and nothing else tells"
                + " where the bytes of computepool.extra belong"),
        e.problems());

    Path plain = TinyGguf.llama(3, 100_000).writeTo(temp.resolve("plain.gguf"));
    Path shards = Directories.split(plain, Directories.shardsOf(100_000));
    Directories.flip(shards.resolve("computepool.json"), 40, 1);
    assertThrows(VerificationException.class, () -> ShardJoiner.plan(shards, target, false, false));
    JoinResult result =
        new ShardJoiner(Directories.ENGINE)
            .join(ShardJoiner.plan(shards, target, false, true), Progress.NONE);
    assertEquals(
        List.of(
            "computepool.json does not match its own digest: it was changed or damaged: what lay"
                + " between the tensors is taken for zeros"),
        result.notes());
    assertEquals(-1, Files.mismatch(plain, target));
  }

  @Test
  void aFolderIsNoTarget() throws IOException {
    Files.createDirectory(target);
    JoinPlan plan = ShardJoiner.plan(directory, target, true, false);
    assertThrows(FormatException.class, () -> ShardJoiner.check(plan));
  }

  @Test
  void aWrongSha256IsNoticed() throws IOException {
    Path file = directory.resolve("computepool.json");
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
    assertThrows(VerificationException.class, () -> Directories.join(directory, target));
    assertFalse(Files.exists(target));
  }

  @Test
  void unknownDigestsAreTakenOnlyWhenAllowed() throws IOException {
    Path file = directory.resolve("manifest.json");
    Manifest manifest = ManifestJson.read(file);
    Files.write(file, ManifestJson.write(Manifests.forgetting(manifest, 1)));
    VerificationException e =
        assertThrows(
            VerificationException.class, () -> ShardJoiner.plan(directory, target, false, false));
    assertEquals(
        List.of("shard_001.bin: nobody knows its digest, so it cannot be verified"), e.problems());
    JoinResult result =
        new ShardJoiner(Directories.ENGINE)
            .join(ShardJoiner.plan(directory, target, false, true), Progress.NONE);
    assertEquals(e.problems(), result.notes());
    assertEquals(-1, Files.mismatch(model, target));
  }

  @Test
  void directoriesOfNodesAreJoinedToo() throws IOException {
    Path fixtures = SharedData.folder("specs/fixtures");
    JoinResult untied =
        Directories.join(fixtures.resolve("swarmllm-tiny-untied/tiny-untied.f16"), target);
    assertEquals(
        -1, Files.mismatch(fixtures.resolve("swarmllm-tiny-untied/Tiny-Untied.F16.gguf"), target));
    assertEquals(
        List.of("there is no computepool.json: what lay between the tensors is taken for zeros"),
        untied.notes());
    Path tied = temp.resolve("tied.gguf");
    Directories.join(fixtures.resolve("swarmllm-tiny-tied/tiny-tied.q8-0"), tied);
    assertEquals(
        -1, Files.mismatch(fixtures.resolve("swarmllm-tiny-tied/tiny_tied.Q8_0.gguf"), tied));
  }

  @Test
  void anExistingTargetIsRefusedUnlessItIsToBeReplaced() throws IOException {
    Files.writeString(target, "mine");
    assertThrows(FileAlreadyExistsException.class, () -> Directories.join(directory, target));
    assertEquals("mine", Files.readString(target));
    new ShardJoiner(Directories.ENGINE)
        .join(ShardJoiner.plan(directory, target, true, false), Progress.NONE);
    assertEquals(-1, Files.mismatch(model, target));
  }

  @Test
  void twoAtOnceAreRefused() throws IOException {
    JoinPlan plan = ShardJoiner.plan(directory, target, false, false);
    try (AtomicFile other = AtomicFile.create(target)) {
      assertTrue(other.channel().isOpen());
      assertThrows(
          BusyException.class, () -> new ShardJoiner(Directories.ENGINE).join(plan, Progress.NONE));
    }
  }

  @Test
  void cancelledItLeavesNothing() throws IOException {
    JoinPlan plan = ShardJoiner.plan(directory, target, false, false);
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    assertThrows(
        CancelledException.class,
        () -> new ShardJoiner(Directories.ENGINE).join(plan, Progress.silent(cancellation)));
    assertEquals(List.of("shards", "tiny.gguf"), Directories.names(temp));
  }

  @Test
  void aLinkedModelIsJoinedFromItsSource() throws IOException {
    Path linked =
        Directories.split(model, Directories.shardsOf(100_000).withLink(true).withReplace(true));
    Directories.join(linked, target);
    assertEquals(-1, Files.mismatch(model, target));
    Path source = model.toRealPath();
    Files.move(model, temp.resolve("moved.gguf"));
    VerificationException e =
        assertThrows(
            VerificationException.class,
            () -> ShardJoiner.plan(linked, temp.resolve("again.gguf"), false, false));
    assertEquals("shard_000.bin is missing: there is no " + source, e.problems().get(0));
  }

  @Test
  void aShardThatCameBackTakesTheSourcesPlace() throws IOException {
    Path copied = Directories.copy(directory, temp.resolve("copied"));
    Path linked =
        Directories.split(model, Directories.shardsOf(100_000).withLink(true).withReplace(true));
    Files.copy(copied.resolve("shard_001.bin"), linked.resolve("shard_001.bin"));
    assertEquals(
        List.of(
            ShardDirectory.Presence.LINKED,
            ShardDirectory.Presence.HERE,
            ShardDirectory.Presence.LINKED),
        ShardDirectory.open(linked).shards().stream()
            .map(ShardDirectory.ShardStatus::presence)
            .toList());
    Directories.join(linked, target);
    assertEquals(-1, Files.mismatch(model, target));
  }
}
