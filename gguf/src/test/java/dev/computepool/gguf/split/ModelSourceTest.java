package dev.computepool.gguf.split;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.ByteRange;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.gguf.sample.Architecture;
import dev.computepool.gguf.sample.SampleModel;
import dev.computepool.gguf.sample.SampleSpec;
import dev.computepool.gguf.split.SplitLimit.MaxTensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSourceTest {
  @TempDir private Path folder;

  private Path model() throws IOException {
    Path model = folder.resolve("model.gguf");
    SampleModel.write(SampleSpec.tiny(Architecture.LLAMA).build(), model, true, Progress.NONE);
    return model;
  }

  private List<Path> parts(Path model) throws IOException {
    SplitPlan plan = SplitPlan.of(model, folder.resolve("model"), new MaxTensors(9), true);
    SplitFiles.split(plan, false, 2, Progress.NONE);
    return plan.parts().stream().map(SplitPlan.Part::file).toList();
  }

  private static byte[] read(ModelSource source, int piece) throws IOException {
    ByteBuffer all = ByteBuffer.allocate((int) source.size());
    try (ModelReader reader = source.open()) {
      while (all.position() < source.size()) {
        all.limit(Math.min(all.capacity(), all.position() + piece));
        assertTrue(reader.read(all, all.position()) > 0);
      }
      assertEquals(-1, reader.read(ByteBuffer.allocate(1), source.size()));
    }
    return all.array();
  }

  @Test
  void readsAsTheMergedFileWould() throws IOException {
    Path model = model();
    for (Path named : parts(model)) {
      ModelSource source = ModelSource.of(named);
      assertTrue(source.isSet());
      assertEquals("model.gguf", source.fileName());
      assertEquals(Files.size(model), source.size());
      assertEquals(GgufFile.readHeader(model).tensors(), source.header().tensors());
      for (int piece : new int[] {7, 4096, 1 << 20}) {
        assertArrayEquals(Files.readAllBytes(model), read(source, piece));
      }
    }
  }

  @Test
  void aFileIsItself() throws IOException {
    Path model = model();
    ModelSource source = ModelSource.of(model);
    assertFalse(source.isSet());
    assertEquals("model.gguf", source.fileName());
    assertArrayEquals(Files.readAllBytes(model), read(source, 1 << 20));
    List<ByteRange> ranges = List.of(new ByteRange(3, 9), new ByteRange(100, 200));
    assertEquals(
        Optional.of(ranges.stream().map(r -> new ModelSource.Slice(model, r)).toList()),
        source.slices(ranges));
  }

  @Test
  void tellsWhereTensorsLieAndThatTheHeaderLiesNowhere() throws IOException {
    Path model = model();
    ModelSource source = ModelSource.of(parts(model).getFirst());
    byte[] merged = Files.readAllBytes(model);
    for (TensorInfo tensor : source.header().tensors()) {
      ByteRange range = ByteRange.at(source.header().positionOf(tensor), tensor.byteSize());
      List<ModelSource.Slice> slices = source.slices(List.of(range)).orElseThrow();
      assertEquals(1, slices.size());
      ByteBuffer bytes = ByteBuffer.allocate((int) tensor.byteSize());
      try (FileChannel file = FileChannel.open(slices.getFirst().file())) {
        file.read(bytes, slices.getFirst().range().start());
      }
      assertEquals(ByteBuffer.wrap(merged, (int) range.start(), bytes.capacity()), bytes.flip());
    }
    assertEquals(Optional.empty(), source.slices(List.of(new ByteRange(0, 1))));
    assertEquals(List.of(), source.slices(List.of(new ByteRange(0, 0))).orElseThrow());
  }

  @Test
  void aPartThatWasCutIsNamed() throws IOException {
    List<Path> parts = parts(model());
    ModelSource source = ModelSource.of(parts.getFirst());
    Path last = parts.getLast();
    long size = Files.size(last);
    try (RandomAccessFile file = new RandomAccessFile(last.toFile(), "rw")) {
      file.setLength(size - 64);
    }
    FileSystemException cut = assertThrows(FileSystemException.class, () -> read(source, 1 << 20));
    assertEquals(
        "%s: ends at byte %d or before, not at %d: it was cut while it was read"
            .formatted(last, size - 64, size),
        cut.getMessage());
    assertThrows(FileSystemException.class, source::check);
  }
}
