package dev.computepool.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException.Problem;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
  @TempDir private Path folder;

  private Path model() throws Exception {
    return GgufBytes.start(2, 1)
        .key("general.name", MetadataType.STRING)
        .string("tiny")
        .tensor("a", GgmlType.I8, 0, 3)
        .tensor("b", GgmlType.I8, 32, 2)
        .pad(32)
        .raw((byte) 1, (byte) 2, (byte) 3)
        .pad(32)
        .raw((byte) 4, (byte) 5)
        .writeTo(folder.resolve("model.gguf"));
  }

  @Test
  void givesTheBytesOfATensor() throws Exception {
    try (GgufFile file = GgufFile.open(model())) {
      List<TensorInfo> tensors = file.header().tensors();
      assertArrayEquals(
          new byte[] {1, 2, 3}, file.bytes(tensors.get(0)).toArray(ValueLayout.JAVA_BYTE));
      assertArrayEquals(
          new byte[] {4, 5}, file.bytes(tensors.get(1)).toArray(ValueLayout.JAVA_BYTE));
      assertEquals(Files.size(file.path()), file.size());
      assertThrows(IndexOutOfBoundsException.class, () -> file.bytes(0, file.size() + 1));
    }
  }

  @Test
  void endsTheLifeOfItsSlicesWhenItIsClosed() throws Exception {
    MemorySegment slice;
    Metadata metadata;
    try (GgufFile file = GgufFile.open(model())) {
      slice = file.bytes(file.header().tensors().getFirst());
      metadata = file.header().metadata();
      assertEquals(Optional.of("tiny"), metadata.string("general.name"));
    }
    assertThrows(IllegalStateException.class, () -> slice.get(ValueLayout.JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, () -> metadata.string("general.name"));
  }

  @Test
  void readsAHeaderThatOutlivesItsFile() throws Exception {
    Path model = model();
    GgufHeader header = GgufFile.readHeader(model);
    Files.delete(model);
    assertEquals(Optional.of("tiny"), header.metadata().string("general.name"));
    assertEquals(32, header.tensors().get(1).offset());
  }

  @Test
  void readsTensorsBeyondFourGibibytes() throws Exception {
    long far = 5L << 30;
    Path large =
        GgufBytes.start(2, 0)
            .tensor("near", GgmlType.I8, 0, far)
            .tensor("far", GgmlType.I8, far, 3)
            .pad(32)
            .writeTo(folder.resolve("large.gguf"));
    long dataOffset = Files.size(large);
    try (FileChannel channel = FileChannel.open(large, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {7, 8, 9}), dataOffset + far); // sparse before
    }
    try (GgufFile file = GgufFile.open(large)) {
      assertEquals(dataOffset + far + 3, file.size());
      assertArrayEquals(
          new byte[] {7, 8, 9},
          file.bytes(file.header().tensors().get(1)).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void saysWhichFileIsWrong() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.gguf"));
    GgufFormatException error = assertThrows(GgufFormatException.class, () -> GgufFile.open(empty));
    assertEquals(empty.toString(), error.file());
    assertEquals(List.of(Problem.atByte(0, "the file is empty")), error.problems());
    assertThrows(NoSuchFileException.class, () -> GgufFile.open(folder.resolve("missing")));
    GgufFormatException directory =
        assertThrows(GgufFormatException.class, () -> GgufFile.open(folder));
    assertEquals(folder + ": is a folder, not a GGUF file", directory.getMessage());
  }
}
