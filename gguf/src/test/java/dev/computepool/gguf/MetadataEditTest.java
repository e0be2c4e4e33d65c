package dev.computepool.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.gguf.MetadataEdit.Change;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

  private static byte[] data(Path file, GgufHeader header) throws Exception {
    byte[] all = Files.readAllBytes(file);
    return Arrays.copyOfRange(all, (int) header.dataOffset(), all.length);
  }
}
