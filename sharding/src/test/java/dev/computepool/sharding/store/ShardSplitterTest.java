package dev.computepool.sharding.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.AtomicDirectory;
import dev.computepool.base.BusyException;
import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.hash.Blake3;
import dev.computepool.sharding.TinyGguf;
import dev.computepool.sharding.plan.HfSource;
import dev.computepool.sharding.plan.LayerRange;
import dev.computepool.sharding.plan.ModelId;
import dev.computepool.sharding.plan.PlanOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardSplitterTest {
  @TempDir Path temp;
  private Path model = Path.of("");
  private Path parent = Path.of("");

  @BeforeEach
  void makeModel() throws IOException {
    model = TinyGguf.llama(4, 600_000).padding(1).writeTo(temp.resolve("tiny.gguf"));
    parent = temp.resolve("out");
  }

  @Test
  void tellsWhatItMade() throws IOException {
    SplitOptions options = Directories.shardsOf(1_200_000);
    SplitPlan plan = ShardSplitter.plan(model, parent, options);
    SplitResult result = new ShardSplitter(Directories.ENGINE).write(plan, Progress.NONE);

    Manifest manifest = ManifestJson.read(parent.resolve("tiny/manifest.json"));
    long onDisk = 0;
    for (String name : Directories.names(result.path())) {
      onDisk += Files.size(result.path().resolve(name));
    }
    assertEquals(
        new SplitResult(
            parent.resolve("tiny"),
            "tiny",
            Files.size(model),
            onDisk,
            List.of(shard(result, 0, 0, 1), shard(result, 1, 1, 3), shard(result, 2, 3, 4)),
            manifest.hash(),
            null,
            plan.shards().warnings()),
        result);
    assertTrue(onDisk <= plan.bytesToWrite());
    assertTrue(plan.bytesToWrite() < onDisk + 100_000, () -> "plan " + plan.bytesToWrite());
  }

  private static SplitResult.Shard shard(SplitResult result, int index, int start, int end)
      throws IOException {
    String name = "shard_00" + index + ".bin";
    byte[] bytes = Files.readAllBytes(result.path().resolve(name));
    return new SplitResult.Shard(
        index, name, bytes.length, new LayerRange(start, end), Blake3.hash(bytes));
  }

  @Test
  void planningChangesNothing() throws IOException {
    ShardSplitter.plan(model, parent, Directories.shardsOf(1000));
    assertEquals(List.of("tiny.gguf"), Directories.names(temp));
  }

  @Test
  void anExistingTargetIsRefusedUnlessItIsToBeReplaced() throws IOException {
    Path directory = split(Directories.shardsOf(1_200_000));
    FileAlreadyExistsException e =
        assertThrows(
            FileAlreadyExistsException.class, () -> split(Directories.shardsOf(9_000_000)));
    assertEquals(directory.toString(), e.getMessage());
    assertEquals(3, ManifestJson.read(directory.resolve("manifest.json")).shards().size());

    split(Directories.shardsOf(9_000_000).withReplace(true));
    assertEquals(1, ManifestJson.read(directory.resolve("manifest.json")).shards().size());
    assertEquals(List.of("tiny"), Directories.names(parent));
  }

  @Test
  void aFileIsNoPlaceForADirectory() throws IOException {
    for (Path in : List.of(model, model.resolve("deeper"))) {
      SplitPlan plan = ShardSplitter.plan(model, in, Directories.shardsOf(1_200_000));
      NotDirectoryException e =
          assertThrows(NotDirectoryException.class, () -> ShardSplitter.check(plan));
      assertEquals(model.toString(), e.getFile());
    }
  }

  @Test
  void whatIsNoDirectoryOfShardsIsNotReplaced() throws IOException {
    Files.createDirectories(parent.resolve("tiny"));
    Files.writeString(parent.resolve("tiny/thesis.txt"), "precious");
    assertThrows(
        FileAlreadyExistsException.class,
        () -> split(Directories.shardsOf(1000).withReplace(true)));
    assertEquals(List.of("thesis.txt"), Directories.names(parent.resolve("tiny")));
  }

  @Test
  void aFailedReplacementLeavesWhatWasThere() throws IOException {
    Path directory = split(Directories.shardsOf(1_200_000));
    byte[] before = Files.readAllBytes(directory.resolve("manifest.json"));
    SplitPlan plan =
        ShardSplitter.plan(model, parent, Directories.shardsOf(1000).withReplace(true));
    Cancellation cancellation = new Cancellation();
    assertThrows(
        CancelledException.class,
        () ->
            new ShardSplitter(Directories.ENGINE)
                .write(plan, cancelAfter(3, cancellation, new AtomicInteger())));
    assertEquals(List.of("tiny"), Directories.names(parent));
    assertArrayEquals(before, Files.readAllBytes(directory.resolve("manifest.json")));
    assertTrue(Directories.verify(directory).ok());
  }

  @Test
  void cancelledAnywhereItLeavesNothingAndTheNextRunSucceeds() throws IOException {
    SplitOptions options = Directories.shardsOf(400_000).withSha256(true);
    AtomicInteger steps = new AtomicInteger();
    SplitPlan plan = ShardSplitter.plan(model, parent, options);
    new ShardSplitter(Directories.ENGINE)
        .write(plan, cancelAfter(Integer.MAX_VALUE, new Cancellation(), steps));
    int total = steps.get();
    assertTrue(total > 30, () -> "only " + total + " steps");
    byte[] expected = Files.readAllBytes(parent.resolve("tiny/computepool.json"));

    for (int stop = 0; stop < total; stop += 1 + total / 20) {
      Path other = temp.resolve("other");
      SplitPlan again = ShardSplitter.plan(model, other, options);
      int at = stop;
      assertThrows(
          CancelledException.class,
          () ->
              new ShardSplitter(Directories.ENGINE)
                  .write(again, cancelAfter(at, new Cancellation(), new AtomicInteger())));
      assertEquals(List.of(), Directories.names(other), () -> "cancelled at step " + at);
    }
    Path other = temp.resolve("other");
    SplitResult result =
        new ShardSplitter(Directories.ENGINE)
            .write(ShardSplitter.plan(model, other, options), Progress.NONE);
    assertArrayEquals(expected, Files.readAllBytes(result.path().resolve("computepool.json")));
  }

  @Test
  void theRemainsOfAKilledRunAreCleanedUp() throws IOException {
    Path partial = AtomicDirectory.partialOf(parent.resolve("tiny"));
    Files.createDirectories(partial.resolve("building"));
    Files.writeString(partial.resolve("building/shard_000.bin"), "half a shard");
    Files.writeString(partial.resolve("building/shard_777.bin"), "of another size");
    Files.writeString(partial.resolve("lock"), "");
    Path directory = split(Directories.shardsOf(1_200_000));
    assertEquals(List.of("tiny"), Directories.names(parent));
    assertFalse(Files.exists(directory.resolve("shard_777.bin")));
    assertTrue(Directories.verify(directory).ok());
  }

  @Test
  void twoAtOnceAreRefused() throws IOException {
    SplitPlan plan = ShardSplitter.plan(model, parent, Directories.shardsOf(1_200_000));
    Files.createDirectories(parent);
    try (AtomicDirectory other = AtomicDirectory.create(parent.resolve("tiny"))) {
      Files.writeString(other.path().resolve("mine"), "keep");
      BusyException e =
          assertThrows(
              BusyException.class,
              () -> new ShardSplitter(Directories.ENGINE).write(plan, Progress.NONE));
      assertEquals(
          parent.resolve("tiny").toAbsolutePath() + ": is being written by another process",
          e.getMessage());
      assertEquals("keep", Files.readString(other.path().resolve("mine")));
    }
  }

  @Test
  void aModelThatGrewSinceThePlanIsRefused() throws IOException {
    SplitPlan plan = ShardSplitter.plan(model, parent, Directories.shardsOf(1_200_000));
    Files.write(model, new byte[10], StandardOpenOption.APPEND);
    FileSystemException e =
        assertThrows(
            FileSystemException.class,
            () -> new ShardSplitter(Directories.ENGINE).write(plan, Progress.NONE));
    assertTrue(String.valueOf(e.getReason()).startsWith("was changed while it was read"));
    assertFalse(Files.exists(parent));
  }

  @Test
  void aModelThatChangesMeanwhileIsRefused() throws IOException {
    whileSplitting(
        () -> {
          try (FileChannel file = FileChannel.open(model, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), Files.size(model) - 5);
          }
          Files.setLastModifiedTime(model, FileTime.fromMillis(1));
        });
  }

  @Test
  void aModelThatIsCutMeanwhileIsRefused() throws IOException {
    whileSplitting(
        () -> {
          try (FileChannel file = FileChannel.open(model, StandardOpenOption.WRITE)) {
            file.truncate(1_000_000);
          }
        });
  }

  private interface Change {
    void run() throws IOException;
  }

  private void whileSplitting(Change change) throws IOException {
    SplitPlan plan = ShardSplitter.plan(model, parent, Directories.shardsOf(1_200_000));
    AtomicInteger steps = new AtomicInteger();
    FileSystemException e =
        assertThrows(
            FileSystemException.class,
            () ->
                new ShardSplitter(Directories.ENGINE)
                    .write(
                        plan,
                        onStep(
                            () -> {
                              if (steps.getAndIncrement() == 2) {
                                change.run();
                              }
                            })));
    assertEquals(model.toString(), e.getFile());
    assertEquals(List.of(), Directories.names(parent));
  }

  @Test
  void refusedIdsNeedAnother() throws IOException {
    Path old = Files.copy(model, temp.resolve("tiny.old.gguf"));
    assertThrows(
        IllegalArgumentException.class,
        () -> ShardSplitter.plan(old, parent, Directories.shardsOf(1000)));
    SplitOptions named =
        SplitOptions.of(PlanOptions.DEFAULT.withId(new ModelId("tiny-2")), Directories.PUBLISHED);
    assertEquals(parent.resolve("tiny-2"), ShardSplitter.plan(old, parent, named).target());
  }

  @Test
  void whatIsNoGgufIsRefusedBeforeAnythingIsWritten() throws IOException {
    Path text = Files.writeString(temp.resolve("readme.gguf"), "hello, this is text");
    assertThrows(
        FormatException.class, () -> ShardSplitter.plan(text, parent, Directories.shardsOf(1000)));
    byte[] cut = Arrays.copyOf(Files.readAllBytes(model), 600_000);
    Path half = Files.write(temp.resolve("half.gguf"), cut);
    assertThrows(
        FormatException.class, () -> ShardSplitter.plan(half, parent, Directories.shardsOf(1000)));
    assertFalse(Files.exists(parent));
  }

  @Test
  void theOriginIsWrittenAsNodesReadIt() throws IOException {
    HfSource origin = new HfSource("org/name-GGUF", "tiny.gguf", "mmproj-tiny.gguf");
    Path directory =
        split(SplitOptions.of(PlanOptions.DEFAULT.withOrigin(origin), Directories.PUBLISHED));
    assertEquals(
        """
        {
          "repo_id": "org/name-GGUF",
          "filename": "tiny.gguf",
          "mmproj_filename": "mmproj-tiny.gguf"
        }\
        """,
        Files.readString(directory.resolve("hf_source.json")));
    assertEquals(origin, ShardDirectory.open(directory).origin().orElseThrow());
  }

  private Path split(SplitOptions options) throws IOException {
    return new ShardSplitter(Directories.ENGINE)
        .write(ShardSplitter.plan(model, parent, options), Progress.NONE)
        .path();
  }

  private static Progress cancelAfter(int steps, Cancellation cancellation, AtomicInteger seen) {
    return onStep(
        () -> {
          if (seen.getAndIncrement() >= steps) {
            cancellation.cancel();
          }
          cancellation.check();
        });
  }

  private static Progress onStep(Change change) {
    return new Progress() {
      @Override
      public Step begin(String name, long total, Unit unit) {
        return new Step() {
          @Override
          public void advance(long amount) throws CancelledException {
            try {
              change.run();
            } catch (CancelledException e) {
              throw e;
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }

          @Override
          public void close() {}
        };
      }

      @Override
      public Cancellation cancellation() {
        return new Cancellation();
      }
    };
  }
}
