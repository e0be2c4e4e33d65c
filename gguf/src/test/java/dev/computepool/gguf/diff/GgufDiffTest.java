package dev.computepool.gguf.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.GgufWriter;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.Shape;
import dev.computepool.gguf.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufDiffTest {
  private static final MetadataValue ONE = new MetadataValue.Int(MetadataType.UINT32, 1);
  private static final MetadataValue ONE_OF_64 = new MetadataValue.Int(MetadataType.UINT64, 1);
  private static final MetadataValue TWO = new MetadataValue.Int(MetadataType.UINT32, 2);

  @TempDir private Path folder;
  private int files;

  private record Tensor(GgmlType type, Shape shape, ByteBuffer data) {
    Tensor(GgmlType type, Shape shape, byte[] data) {
      this(type, shape, ByteBuffer.wrap(data));
    }
  }

  private static Tensor floats(float... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new Tensor(GgmlType.F32, Shape.of(values.length), data.array());
  }

  private static Tensor halves(float... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putShort(Float.floatToFloat16(value));
    }
    return new Tensor(GgmlType.F16, Shape.of(values.length), data.array());
  }

  private Path write(Map<String, MetadataValue> keys, Map<String, Tensor> tensors)
      throws Exception {
    GgufLayout.Builder builder = GgufLayout.builder();
    keys.forEach(builder::put);
    tensors.forEach((name, t) -> builder.tensor(name, t.type(), t.shape()));
    GgufLayout layout = builder.build();
    Path file = folder.resolve(files++ + ".gguf");
    try (GgufWriter writer = GgufWriter.create(file, layout)) {
      for (TensorInfo tensor : layout.tensors()) {
        writer.write(tensor, Objects.requireNonNull(tensors.get(tensor.name())).data().duplicate());
      }
      writer.commit();
    }
    return file;
  }

  private static GgufDiff diff(Path a, Path b, boolean data) throws Exception {
    try (GgufFile before = GgufFile.open(a);
        GgufFile after = GgufFile.open(b)) {
      return GgufDiff.of(before, after, data, Progress.NONE);
    }
  }

  private List<TensorChange> tensors(Tensor before, Tensor after) throws Exception {
    return diff(write(Map.of(), Map.of("t", before)), write(Map.of(), Map.of("t", after)), true)
        .tensors();
  }

  @Test
  void seesNoDifferenceInOrderAndPadding() throws Exception {
    Map<String, MetadataValue> keys = new LinkedHashMap<>();
    keys.put("a", ONE);
    keys.put("b", TWO);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("x", floats(1));
    tensors.put("y", floats(2, 3));
    Map<String, MetadataValue> sorted = new LinkedHashMap<>();
    List.of("b", "a").forEach(k -> sorted.put(k, keys.get(k)));
    Map<String, Tensor> other = new LinkedHashMap<>();
    List.of("y", "x").forEach(k -> other.put(k, tensors.get(k)));

    GgufDiff diff = diff(write(keys, tensors), write(sorted, other), true);
    assertEquals(new GgufDiff(List.of(), List.of(), 2, List.of(), 2, 12), diff);
    assertTrue(diff.isEmpty());
  }

  @Test
  void comparesKeys() throws Exception {
    Map<String, MetadataValue> before = new LinkedHashMap<>();
    before.put("gone", ONE);
    before.put("other", ONE);
    before.put("retyped", ONE);
    before.put("same", ONE);
    Map<String, MetadataValue> after = new LinkedHashMap<>();
    after.put("same", ONE);
    after.put("new", TWO);
    after.put("retyped", ONE_OF_64);
    after.put("other", TWO);

    GgufDiff diff = diff(write(before, Map.of()), write(after, Map.of()), true);
    assertEquals(
        new GgufDiff(
            List.of(),
            List.of(
                new KeyChange.Removed("gone", ONE),
                new KeyChange.Changed("other", ONE, TWO),
                new KeyChange.Changed("retyped", ONE, ONE_OF_64),
                new KeyChange.Added("new", TWO)),
            1,
            List.of(),
            0,
            0),
        diff);
  }

  @Test
  void comparesTensors() throws Exception {
    Map<String, Tensor> before = new LinkedHashMap<>();
    before.put("gone", floats(1));
    before.put("retyped", floats(1));
    before.put("same", floats(1, 2));
    Map<String, Tensor> after = new LinkedHashMap<>();
    after.put("retyped", halves(1));
    after.put("same", floats(1, 2));
    after.put("new", floats(1));

    GgufDiff diff = diff(write(Map.of(), before), write(Map.of(), after), true);
    assertEquals(
        List.of(
            new TensorChange.Removed(new TensorInfo("gone", GgmlType.F32, Shape.of(1), 0)),
            new TensorChange.Reshaped(
                new TensorInfo("retyped", GgmlType.F32, Shape.of(1), 32),
                new TensorInfo("retyped", GgmlType.F16, Shape.of(1), 0)),
            new TensorChange.Added(new TensorInfo("new", GgmlType.F32, Shape.of(1), 64))),
        diff.tensors());
    assertEquals(1, diff.equalTensors());
    assertEquals(8, diff.comparedBytes());
  }

  @Test
  void saysHowFarNumbersAreApart() throws Exception {
    TensorInfo single = new TensorInfo("t", GgmlType.F32, Shape.of(4), 0);
    assertEquals(
        List.of(new TensorChange.Changed(single, 2, 4, 1, OptionalDouble.of(2.5))),
        tensors(floats(1, 2, 3, 4), floats(1, 1, 5.5f, 4)));
    TensorInfo half = new TensorInfo("t", GgmlType.F16, Shape.of(2), 0);
    assertEquals(
        List.of(new TensorChange.Changed(half, 1, 2, 1, OptionalDouble.of(0.5))),
        tensors(halves(1, 2), halves(1, 1.5f)));
    assertEquals(
        List.of(new TensorChange.Changed(single, 1, 4, 0, OptionalDouble.of(Double.NaN))),
        tensors(floats(1, 2, 3, 4), floats(Float.NaN, 2, 3, 4)));
    TensorInfo brain = new TensorInfo("t", GgmlType.BF16, Shape.of(1), 0);
    assertEquals(
        List.of(new TensorChange.Changed(brain, 1, 1, 0, OptionalDouble.of(3))),
        tensors(
            new Tensor(GgmlType.BF16, Shape.of(1), new byte[] {(byte) 0x80, 0x3f}),
            new Tensor(GgmlType.BF16, Shape.of(1), new byte[] {(byte) 0x80, 0x40})));
  }

  @Test
  void countsBlocksOfQuantizedTensors() throws Exception {
    byte[] before = new byte[68];
    byte[] after = new byte[68];
    after[40] = 1;
    after[50] = 1;
    TensorInfo tensor = new TensorInfo("t", GgmlType.Q8_0, Shape.of(64), 0);
    assertEquals(
        List.of(new TensorChange.Changed(tensor, 1, 2, 1, OptionalDouble.empty())),
        tensors(
            new Tensor(GgmlType.Q8_0, Shape.of(64), before),
            new Tensor(GgmlType.Q8_0, Shape.of(64), after)));
  }

  @Test
  void findsADifferenceBehindTheFirstMebibytes() throws Exception {
    byte[] before = new byte[3 << 20];
    byte[] after = before.clone();
    after[after.length - 1] = 1;
    TensorInfo tensor = new TensorInfo("t", GgmlType.I8, Shape.of(3 << 20), 0);
    Path a = write(Map.of(), Map.of("t", new Tensor(GgmlType.I8, Shape.of(3 << 20), before)));
    Path b = write(Map.of(), Map.of("t", new Tensor(GgmlType.I8, Shape.of(3 << 20), after)));
    assertEquals(
        List.of(
            new TensorChange.Changed(tensor, 1, 3 << 20, (3 << 20) - 1, OptionalDouble.empty())),
        diff(a, b, true).tensors());
    assertTrue(diff(a, b, false).isEmpty(), "without a look at the data");
  }
}
