package dev.computepool.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.gguf.MetadataEdit.Change;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataEditTest {
  @TempDir private Path folder;

  /// With a gap, padding that is not zero, and a tail: all of it must stay.
  private static GgufBytes odd() {
    return GgufBytes.start(2, 2)
        .key("general.architecture", MetadataType.STRING)
        .string("llama")
        .key("general.name", MetadataType.STRING)
        .string("old")
        .tensor("b", GgmlType.I8, 96, 3)
        .tensor("a", GgmlType.I8, 0, 3)
        .pad(32)
        .ascii("aaa")
        .raw((byte) 9)
        .zeros(92)
        .ascii("bbb")
        .ascii("tail");
  }

  @Test
  void changesKeysAndKeepsEveryByteOfTheData() throws Exception {
    Path source = odd().writeTo(folder.resolve("model.gguf"));
    Path target = folder.resolve("new.gguf");
    MetadataEdit edit =
        MetadataEdit.plan(
            source,
            List.of(
                new Change.Put(
                    "general.name", MetadataValue.Text.of("a much longer name".repeat(9))),
                new Change.Put("general.license", MetadataValue.Text.of("mit")),
                new Change.Remove("general.architecture"),
                new Change.Remove("missing")));
    edit.write(target, false, Progress.NONE);

    GgufHeader before = GgufFile.readHeader(source);
    GgufHeader after = GgufFile.readHeader(target);
    assertEquals(List.of("general.name", "general.license"), after.metadata().keys());
    assertEquals(before.tensors(), after.tensors());
    assertArrayEquals(data(source, before), data(target, after));
    assertEquals(edit.layout().fileSize(), Files.size(target));
  }

  @Test
  void changesNothingWhereNothingIsToChange() throws Exception {
    for (GgufBytes bytes :
        List.of(
            odd(),
            GgufBytes.start(0, 0),
            GgufBytes.start(0, 0).pad(32),
            GgufBytes.start(0, 0).pad(32).ascii("tail"),
            GgufBytes.start(ByteOrder.LITTLE_ENDIAN, 2, 0, 0))) {
      Path file = bytes.writeTo(folder.resolve("model.gguf"));
      MetadataEdit.plan(file, List.of()).write(file, true, Progress.NONE);
      assertArrayEquals(bytes.toArray(), Files.readAllBytes(file));
    }
  }

  @Test
  void refusesWhatWouldMoveTensors() throws Exception {
    Path source = odd().writeTo(folder.resolve("model.gguf"));
    List<Change> alignment =
        List.of(
            new Change.Put("general.alignment", new MetadataValue.Int(MetadataType.UINT32, 64)));
    assertThrows(IllegalArgumentException.class, () -> MetadataEdit.plan(source, alignment));
  }

  @Test
  void refusesTargetsThatExistAndBigEndianSources() throws Exception {
    Path source = odd().writeTo(folder.resolve("model.gguf"));
    MetadataEdit edit = MetadataEdit.plan(source, List.of());
    assertThrows(FileAlreadyExistsException.class, () -> edit.write(source, false, Progress.NONE));
    Path big = GgufBytes.start(ByteOrder.BIG_ENDIAN, 3, 0, 0).writeTo(folder.resolve("big.gguf"));
    GgufFormatException error =
        assertThrows(GgufFormatException.class, () -> MetadataEdit.plan(big, List.of()));
    assertEquals(
        List.of(new Problem("", "a big-endian file can be read, but not written")),
        error.problems());
  }

  private static MetadataEdit rename(Path source, String name) throws Exception {
    return MetadataEdit.plan(
        source, List.of(new Change.Put("general.name", MetadataValue.Text.of(name))));
  }

  @Test
  void writesIntoTheFileWhatMovesNothing() throws Exception {
    Path source = odd().writeTo(folder.resolve("model.gguf"));
    byte[] before = Files.readAllBytes(source);
    Object identity = Files.getAttribute(source, "unix:ino");
    rename(source, "NEW").apply(Progress.NONE);

    byte[] expected = before.clone();
    int at = new String(before, StandardCharsets.ISO_8859_1).indexOf("old");
    System.arraycopy("NEW".getBytes(StandardCharsets.US_ASCII), 0, expected, at, 3);
    assertArrayEquals(expected, Files.readAllBytes(source));
    assertEquals(identity, Files.getAttribute(source, "unix:ino"));
  }

  @Test
  void writesAnewWhatDoesNotFit() throws Exception {
    Path source = odd().writeTo(folder.resolve("model.gguf"));
    byte[] data = data(source, GgufFile.readHeader(source));
    MetadataEdit edit = rename(source, "much longer than it was, so that the tensors have to move");
    assertNull(edit.patch());
    edit.apply(Progress.NONE);

    GgufHeader after = GgufFile.readHeader(source);
    assertArrayEquals(data, data(source, after));
    assertEquals(
        "much longer than it was, so that the tensors have to move",
        after.metadata().string("general.name").orElseThrow());
    assertEquals(List.of(source), files());
  }

  @Test
  void doesNotTouchAFileThatIsAsItIsToBe() throws Exception {
    Path source = odd().writeTo(folder.resolve("model.gguf"));
    Files.setLastModifiedTime(source, FileTime.fromMillis(0));
    MetadataEdit edit = rename(source, "old");
    assertTrue(edit.isNothing());
    edit.apply(Progress.NONE);
    assertEquals(0, Files.getLastModifiedTime(source).toMillis());
  }

  /// Caches name files after their content, and reach them through links.
  @Test
  void leavesOtherNamesOfAFileWhatTheyWere() throws Exception {
    Path cached = odd().writeTo(folder.resolve("cached.gguf"));
    byte[] before = Files.readAllBytes(cached);
    Path hard = Files.createLink(folder.resolve("hard.gguf"), cached);
    rename(hard, "NEW").apply(Progress.NONE);
    assertArrayEquals(before, Files.readAllBytes(cached));
    assertEquals("NEW", GgufFile.readHeader(hard).metadata().string("general.name").orElseThrow());
    Path link = Files.createSymbolicLink(folder.resolve("link.gguf"), cached);
    rename(link, "NEW").apply(Progress.NONE);
    assertArrayEquals(before, Files.readAllBytes(cached));
    assertArrayEquals(Files.readAllBytes(hard), Files.readAllBytes(link));
  }

  /// A write across two pages could be half of it when the process is killed.
  @Test
  void copiesWhatLiesInMoreThanOnePage() throws Exception {
    Path source = folder.resolve("model.gguf");
    GgufBytes.start(0, 3)
        .key("a", MetadataType.STRING)
        .string("x")
        .key("b", MetadataType.STRING)
        .string("-".repeat(5000))
        .key("c", MetadataType.STRING)
        .string("x")
        .writeTo(source);
    List<Change> both =
        List.of(
            new Change.Put("a", MetadataValue.Text.of("y")),
            new Change.Put("c", MetadataValue.Text.of("y")));
    assertNull(MetadataEdit.plan(source, both).patch());
    MetadataEdit one = MetadataEdit.plan(source, both.subList(1, 2));
    assertEquals(1, Objects.requireNonNull(one.patch()).after().remaining());
  }

  @Test
  void refusesAFileThatWasChangedMeanwhile() throws Exception {
    Path source = odd().writeTo(folder.resolve("model.gguf"));
    MetadataEdit edit = rename(source, "new");
    rename(source, "NEW").apply(Progress.NONE);
    FileSystemException e =
        assertThrows(FileSystemException.class, () -> edit.apply(Progress.NONE));
    assertEquals("changed meanwhile", e.getReason());
    assertEquals(
        "NEW", GgufFile.readHeader(source).metadata().string("general.name").orElseThrow());
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> list = Files.list(folder)) {
      return list.toList();
    }
  }

  private static byte[] data(Path file, GgufHeader header) throws Exception {
    byte[] all = Files.readAllBytes(file);
    return Arrays.copyOfRange(all, (int) header.dataOffset(), all.length);
  }
}
