package dev.computepool.sharding.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.gguf.split.SplitFiles;
import dev.computepool.gguf.split.SplitLimit;
import dev.computepool.sharding.TinyGguf;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The parts of llama.cpp's split sets become the shards that the merged file would become.
class SplitSetShardsTest {
  @TempDir private Path temp;

  /// Parts beside each other in a folder, cut from a model of the same name elsewhere.
  private List<Path> parts(Path model, int tensorsEach, boolean emptyFirst) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("set"));
    dev.computepool.gguf.split.SplitPlan plan =
        dev.computepool.gguf.split.SplitPlan.of(
            model, folder.resolve("tiny"), new SplitLimit.MaxTensors(tensorsEach), emptyFirst);
    SplitFiles.split(plan, false, 2, Progress.NONE);
    return plan.parts().stream().map(dev.computepool.gguf.split.SplitPlan.Part::file).toList();
  }

  private static void assertSame(Path expected, Path actual) throws IOException {
    assertEquals(Directories.names(expected), Directories.names(actual));
    for (String name : Directories.names(expected)) {
      assertEquals(-1, Files.mismatch(expected.resolve(name), actual.resolve(name)), name);
    }
  }

  private static TinyGguf model() {
    return TinyGguf.llama(5, 40_000);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, true", "3, false", "5, true", "8, false"})
  void areTheShardsOfTheMergedFile(int tensorsEach, boolean emptyFirst) throws IOException {
    Path model = model().padding(3).trailing((byte) 1, (byte) 2).writeTo(temp.resolve("tiny.gguf"));
    List<Path> parts = parts(model, tensorsEach, emptyFirst);
    SplitOptions options = Directories.shardsOf(90_000).withSha256(true);
    Path expected = Directories.split(model, options);
    Path actual = Directories.split(parts.get(parts.size() / 2), options);
    assertSame(expected, actual);
    assertTrue(Directories.verify(actual, VerifyOptions.ALL.withDeep(true)).ok());
    Path joined = temp.resolve("joined.gguf");
    Directories.join(actual, joined);
    assertArrayEquals(Files.readAllBytes(model), Files.readAllBytes(joined));
  }

  /// Shards whose windows are cut within a part, and at the ends of parts.
  @Test
  void largeShardsComeFromSeveralParts() throws IOException {
    Path model = TinyGguf.llama(6, 3_000_001).writeTo(temp.resolve("tiny.gguf"));
    SplitOptions options = Directories.shardsOf(20_000_000);
    assertSame(
        Directories.split(model, options),
        Directories.split(parts(model, 2, false).getFirst(), options));
  }

  @Test
  void oneWholeShardIsTheMergedFile() throws IOException {
    Path model = model().writeTo(temp.resolve("tiny.gguf"));
    SplitOptions options = Directories.whole().withSha256(true);
    Path actual = Directories.split(parts(model, 3, true).getFirst(), options);
    assertSame(Directories.split(model, options), actual);
    assertEquals(-1, Files.mismatch(model, actual.resolve("shard_000.bin")));
  }

  /// Bytes that no shard holds are kept, also where there is padding between them that no part has.
  @Test
  void whatNoShardHoldsIsKept() throws IOException {
    Path model =
        TinyGguf.llama(1)
            .tensor("blk.x.first", 100)
            .tensor("blk.x.second", 70)
            .tensor("token_embd.weight", 50)
            .tensor("blk.0.w", 1000)
            .tensor("output.weight", 33)
            .writeTo(temp.resolve("tiny.gguf"));
    List<Path> parts = parts(model, 1, false);
    // As some writers do: the padding of a part's last tensor is not there.
    try (FileChannel first = FileChannel.open(parts.getFirst(), StandardOpenOption.WRITE)) {
      first.truncate(first.size() - 28);
    }
    SplitOptions options = Directories.shardsOf(10_000);
    Path actual = Directories.split(parts.getFirst(), options);
    assertSame(Directories.split(model, options), actual);
    assertTrue(Files.exists(actual.resolve(ShardFiles.EXTRA)));
  }

  @Test
  void aSetThatIsNotWholeIsRefused() throws IOException {
    List<Path> parts = parts(model().writeTo(temp.resolve("tiny.gguf")), 4, false);
    Files.delete(parts.get(1));
    FormatException refused =
        assertThrows(
            FormatException.class,
            () -> Directories.split(parts.getFirst(), Directories.shardsOf(90_000)));
    assertEquals(
        List.of(new FormatException.Problem("", "tiny-00002-of-00004.gguf is missing")),
        refused.problems());
  }

  @Test
  void aPartOfAnotherNameIsTakenForItself() throws IOException {
    Path part = parts(model().writeTo(temp.resolve("tiny.gguf")), 4, false).get(1);
    Path renamed = Files.copy(part, temp.resolve("renamed.gguf"));
    Path shards = Directories.split(renamed, Directories.shardsOf(90_000));
    Path joined = temp.resolve("joined.gguf");
    Directories.join(shards, joined);
    assertEquals(-1, Files.mismatch(part, joined));
  }

  @Test
  void aSetCannotBeLinked() throws IOException {
    List<Path> parts = parts(model().writeTo(temp.resolve("tiny.gguf")), 4, false);
    SplitOptions options = Directories.shardsOf(90_000).withLink(true);
    assertEquals(
        "%s is one of 4 parts of a model, and shards can be linked to one file only, which 'gguf merge' makes"
            .formatted(parts.getFirst()),
        assertThrows(
                IllegalArgumentException.class,
                () -> ShardSplitter.plan(parts.getFirst(), temp.resolve("out"), options))
            .getMessage());
  }

  @Test
  void aPartThatChangesMeanwhileIsRefused() throws IOException {
    List<Path> parts = parts(model().writeTo(temp.resolve("tiny.gguf")), 4, false);
    Path parent = temp.resolve("out");
    SplitPlan plan =
        ShardSplitter.plan(parts.getFirst(), parent, Directories.shardsOf(90_000).withSha256(true));
    Path cut = parts.get(2);
    FileSystemException refused =
        assertThrows(
            FileSystemException.class,
            () ->
                new ShardSplitter(Directories.ENGINE)
                    .write(plan, Directories.onFirstStep(() -> cut(cut))));
    assertEquals(cut.toString(), refused.getFile());
    assertFalse(Files.exists(parent.resolve("tiny")));
    FileSystemException before =
        assertThrows(FileSystemException.class, () -> ShardSplitter.check(plan));
    assertEquals(cut.toString(), before.getFile());
  }

  private static void cut(Path file) throws IOException {
    try (RandomAccessFile part = new RandomAccessFile(file.toFile(), "rw")) {
      part.setLength(part.length() - 30_000);
    }
  }
}
