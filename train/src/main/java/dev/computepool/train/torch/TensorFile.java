package dev.computepool.train.torch;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsFile;
import dev.computepool.safetensors.SafetensorsLayout;
import dev.computepool.safetensors.SafetensorsWriter;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Tensors of 32-bit floats in a safetensors file.
public final class TensorFile {
  private static final int CHUNK = 1 << 22; // elements that are copied at a time
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TensorFile() {}

  /// Writes tensors in place of what was there.
  ///
  /// @param names of the tensors, in their order
  public static void write(
      TensorScope scope,
      Path file,
      List<String> names,
      List<Tensor> tensors,
      Map<String, String> metadata)
      throws IOException {
    List<SafetensorsLayout.Entry> entries = new ArrayList<>();
    Map<String, Tensor> byName = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      entries.add(new SafetensorsLayout.Entry(names.get(i), Dtype.F32, tensors.get(i).shape()));
      byName.put(names.get(i), tensors.get(i));
    }
    SafetensorsLayout layout = SafetensorsLayout.of(entries, metadata);
    try (SafetensorsWriter writer = SafetensorsWriter.replace(file, layout)) {
      for (StoredTensor stored : layout.tensors()) {
        Tensor tensor = byName.get(stored.name());
        if (tensor == null) {
          throw new IllegalStateException("the layout has a tensor of its own");
        }
        write(scope, writer, stored, tensor);
      }
      writer.commit();
    }
  }

  private static void write(
      TensorScope scope, SafetensorsWriter writer, StoredTensor stored, Tensor tensor)
      throws IOException {
    for (long at = 0; at < tensor.elements(); at += CHUNK) {
      int count = (int) Math.min(CHUNK, tensor.elements() - at);
      ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(scope.read(tensor, at, count));
      writer.write(stored, bytes);
    }
  }

  /// Overwrites tensors with those of a file that has these and no others.
  ///
  /// @return the file's metadata
  /// @throws FormatException with all that the file has otherwise; no tensor was touched
  public static Map<String, String> read(
      TensorScope scope, Path file, List<String> names, List<Tensor> tensors) throws IOException {
    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      Map<String, StoredTensor> found = new HashMap<>();
      source.header().tensors().forEach(tensor -> found.put(tensor.name(), tensor));
      List<Problem> problems = new ArrayList<>();
      List<StoredTensor> wanted = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        StoredTensor stored = found.get(names.get(i));
        String at = "tensor " + names.get(i);
        List<Long> shape = tensors.get(i).shape();
        if (stored == null) {
          problems.add(new Problem(at, "is missing"));
        } else if (stored.dtype() != Dtype.F32 || !stored.shape().equals(shape)) {
          problems.add(
              new Problem(
                  at,
                  "is %s of %s, not F32 of %s".formatted(stored.dtype(), stored.shape(), shape)));
        } else {
          wanted.add(stored);
        }
      }
      if (problems.isEmpty() && found.size() != names.size()) {
        problems.add(
            new Problem("", "has %d tensors, not %d".formatted(found.size(), names.size())));
      }
      if (!problems.isEmpty()) {
        throw new FormatException(file.toString(), problems);
      }
      for (int i = 0; i < wanted.size(); i++) {
        copy(scope, source, wanted.get(i), tensors.get(i));
      }
      return source.header().metadata();
    }
  }

  private static void copy(
      TensorScope scope, SafetensorsFile source, StoredTensor stored, Tensor to)
      throws TorchException {
    float[] values = new float[(int) Math.min(CHUNK, to.elements())];
    for (long at = 0; at < to.elements(); at += values.length) {
      int count = (int) Math.min(values.length, to.elements() - at);
      for (int i = 0; i < count; i++) {
        values[i] = source.bytes(stored).getAtIndex(FLOAT, at + i);
      }
      scope.write(to, at, values, count);
    }
  }

  /// What a file is refused with whose tensors are right and something else is not.
  public static FormatException broken(Path file, String what) {
    return new FormatException(file.toString(), new Problem("", what));
  }
}
