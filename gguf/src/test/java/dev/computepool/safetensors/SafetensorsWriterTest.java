package dev.computepool.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;

  private static SafetensorsLayout.Entry entry(String name, Dtype dtype, long... shape) {
    return new SafetensorsLayout.Entry(name, dtype, Arrays.stream(shape).boxed().toList());
  }

  // What safetensors 0.8.0 for Python writes for such tensors (save_file, metadata format and a).
  private static final String REFERENCE =
      """
      {"__metadata__":{"a":"1","format":"pt"},\
      "c":{"dtype":"I64","shape":[],"data_offsets":[0,8]},\
      "h":{"dtype":"F64","shape":[2],"data_offsets":[8,24]},\
      "m":{"dtype":"C64","shape":[1],"data_offsets":[24,32]},\
      "b":{"dtype":"F32","shape":[2],"data_offsets":[32,40]},\
      "i":{"dtype":"F32","shape":[0,3],"data_offsets":[40,40]},\
      "j":{"dtype":"I32","shape":[2],"data_offsets":[40,48]},\
      "a":{"dtype":"BF16","shape":[3],"data_offsets":[48,54]},\
      "d":{"dtype":"F16","shape":[2],"data_offsets":[54,58]},\
      "l":{"dtype":"I16","shape":[2],"data_offsets":[58,62]},\
      "f":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[62,64]},\
      "g":{"dtype":"F8_E5M2","shape":[2],"data_offsets":[64,66]},\
      "k":{"dtype":"I8","shape":[2],"data_offsets":[66,68]},\
      "aé\\"x":{"dtype":"U8","shape":[1],"data_offsets":[68,69]},\
      "e":{"dtype":"BOOL","shape":[2],"data_offsets":[69,71]}}\
      """;

  @Test
  void laysFilesOutAsTheFormatsOwnLibrary() {
    SafetensorsLayout layout =
        SafetensorsLayout.of(
            List.of(
                entry("a", Dtype.BF16, 3),
                entry("aé\"x", Dtype.U8, 1),
                entry("b", Dtype.F32, 2),
                entry("c", Dtype.I64),
                entry("d", Dtype.F16, 2),
                entry("e", Dtype.BOOL, 2),
                entry("f", Dtype.F8_E4M3, 2),
                entry("g", Dtype.F8_E5M2, 2),
                entry("h", Dtype.F64, 2),
                entry("i", Dtype.F32, 0, 3),
                entry("j", Dtype.I32, 2),
                entry("k", Dtype.I8, 2),
                entry("l", Dtype.I16, 2),
                entry("m", Dtype.C64, 1)),
            Map.of("format", "pt", "a", "1"));
    byte[] header = new byte[layout.header().remaining()];
    layout.header().get(header);
    String json = new String(header, 8, header.length - 8, StandardCharsets.UTF_8);
    assertEquals(REFERENCE + "   ", json);
    assertEquals(layout.dataOffset() + 71, layout.fileSize());
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path path = folder.resolve("model.safetensors");
    SafetensorsLayout layout =
        SafetensorsLayout.of(
            List.of(
                entry("none", Dtype.F32, 0), entry("a", Dtype.U8, 3), entry("last", Dtype.U8, 0)),
            Map.of("format", "pt"));
    try (SafetensorsWriter writer = SafetensorsWriter.create(path, layout)) {
      StoredTensor a = layout.tensors().get(1);
      assertThrows(IllegalStateException.class, writer::commit);
      writer.write(a, ByteBuffer.wrap(new byte[] {1, 2}));
      assertThrows(
          IllegalArgumentException.class, () -> writer.write(a, ByteBuffer.wrap(new byte[2])));
      assertFalse(Files.exists(path));
      writer.write(a, ByteBuffer.wrap(new byte[] {3}));
      writer.commit();
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(layout.tensors(), file.header().tensors());
      assertEquals(Map.of("format", "pt"), file.header().metadata());
      assertArrayEquals(
          new byte[] {1, 2, 3},
          file.bytes(layout.tensors().get(1)).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void refusesTwoTensorsOfOneName() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                SafetensorsLayout.of(
                    List.of(entry("a", Dtype.U8, 1), entry("a", Dtype.U8, 1)), Map.of()));
    assertEquals("tensor name 'a' is taken", e.getMessage());
  }
}
