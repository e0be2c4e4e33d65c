package dev.computepool.gguf.diff;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// What is different between two files: key by key and tensor by tensor.
///
/// Where something is stored does not count: neither order nor padding nor offsets.
///
/// @param frame what differs in version, byte order and alignment, in words
/// @param keys in the order of the first file; what only the second has at the end
/// @param equalKeys keys with the same type and value in both
/// @param tensors in the order of the first file; what only the second has at the end
/// @param equalTensors tensors with the same type, shape and data in both
/// @param comparedBytes of tensor data in the first file that were held against the second
public record GgufDiff(
    List<String> frame,
    List<KeyChange> keys,
    int equalKeys,
    List<TensorChange> tensors,
    int equalTensors,
    long comparedBytes) {
  private static final long CHUNK = 1 << 20;

  public GgufDiff {
    frame = List.copyOf(frame);
    keys = List.copyOf(keys);
    tensors = List.copyOf(tensors);
  }

  /// Whether nothing differs.
  public boolean isEmpty() {
    return frame.isEmpty() && keys.isEmpty() && tensors.isEmpty();
  }

  /// Compares two files.
  ///
  /// @param data whether to read the tensors, which takes as long as reading both files
  /// @throws CancelledException if the user asked to stop
  public static GgufDiff of(GgufFile before, GgufFile after, boolean data, Progress progress)
      throws CancelledException {
    List<KeyChange> keys = new ArrayList<>();
    int equalKeys = compareKeys(before.header().metadata(), after.header().metadata(), keys);
    List<TensorChange> tensors = new ArrayList<>();
    List<TensorInfo> pairs = pairs(before.header(), after.header(), tensors);
    int equal = pairs.size();
    long bytes = 0;
    if (data) {
      bytes = pairs.stream().mapToLong(TensorInfo::byteSize).sum();
      try (Progress.Step step = progress.begin("Comparing", bytes, Progress.Unit.BYTES)) {
        for (TensorInfo tensor : pairs) {
          TensorChange change = compare(before, after, tensor, step);
          if (change != null) {
            tensors.add(change);
            equal--;
          }
        }
      }
    }
    for (TensorInfo tensor : after.header().tensors()) {
      if (before.header().tensor(tensor.name()) == null) {
        tensors.add(new TensorChange.Added(tensor));
      }
    }
    return new GgufDiff(
        frame(before.header(), after.header()), keys, equalKeys, tensors, equal, bytes);
  }

  private static List<String> frame(GgufHeader before, GgufHeader after) {
    List<String> frame = new ArrayList<>();
    if (before.version() != after.version()) {
      frame.add("version: %d, now %d".formatted(before.version(), after.version()));
    }
    if (before.byteOrder() != after.byteOrder()) {
      frame.add("byte order: %s, now %s".formatted(before.byteOrder(), after.byteOrder()));
    }
    if (before.alignment() != after.alignment()) {
      frame.add("alignment: %d, now %d".formatted(before.alignment(), after.alignment()));
    }
    return frame;
  }

  private static int compareKeys(Metadata before, Metadata after, List<KeyChange> changes) {
    int equal = 0;
    for (int i = 0; i < before.size(); i++) {
      String key = before.key(i);
      MetadataValue value = before.value(i);
      MetadataValue other = after.get(key).orElse(null);
      if (other == null) {
        changes.add(new KeyChange.Removed(key, value));
      } else if (value.equals(other)) {
        equal++;
      } else {
        changes.add(new KeyChange.Changed(key, value, other));
      }
    }
    for (int i = 0; i < after.size(); i++) {
      if (!before.contains(after.key(i))) {
        changes.add(new KeyChange.Added(after.key(i), after.value(i)));
      }
    }
    return equal;
  }

  /// The tensors of the first file that the second has in the same type and shape.
  private static List<TensorInfo> pairs(
      GgufHeader before, GgufHeader after, List<TensorChange> changes) {
    List<TensorInfo> pairs = new ArrayList<>();
    for (TensorInfo tensor : before.tensors()) {
      TensorInfo other = after.tensor(tensor.name());
      if (other == null) {
        changes.add(new TensorChange.Removed(tensor));
      } else if (tensor.type() != other.type() || !tensor.shape().equals(other.shape())) {
        changes.add(new TensorChange.Reshaped(tensor, other));
      } else if (before.byteOrder() != after.byteOrder() && tensor.type() != GgmlType.I8) {
        changes.add(new TensorChange.Incomparable(tensor));
      } else {
        pairs.add(tensor);
      }
    }
    return pairs;
  }

  private static @Nullable TensorChange compare(
      GgufFile before, GgufFile after, TensorInfo tensor, Progress.Step step)
      throws CancelledException {
    TensorInfo other = Objects.requireNonNull(after.header().tensor(tensor.name()));
    MemorySegment left = before.bytes(tensor);
    MemorySegment right = after.bytes(other);
    Difference difference = new Difference(tensor, before.header().byteOrder());
    for (long from = 0; from < left.byteSize(); from += chunk(tensor.type())) {
      long to = Math.min(left.byteSize(), from + chunk(tensor.type()));
      if (MemorySegment.mismatch(left, from, to, right, from, to) >= 0) {
        difference.count(left, right, from, to);
      }
      step.advance(to - from);
    }
    return difference.change();
  }

  /// Whole blocks.
  private static long chunk(GgmlType type) {
    return CHUNK / type.typeSize() * type.typeSize();
  }

  /// What differs in one tensor.
  private static final class Difference {
    private final TensorInfo tensor;
    private final ByteOrder order;
    private long different;
    private long first = -1;
    private double greatest;

    Difference(TensorInfo tensor, ByteOrder order) {
      this.tensor = tensor;
      this.order = order;
    }

    void count(MemorySegment left, MemorySegment right, long from, long to) {
      int size = tensor.type().typeSize();
      for (long at = from; at < to; at += size) {
        if (MemorySegment.mismatch(left, at, at + size, right, at, at + size) >= 0) {
          different++;
          first = first < 0 ? at / size : first;
          if (isFloating()) {
            // Math.max keeps NaN.
            greatest = Math.max(greatest, Math.abs(number(left, at) - number(right, at)));
          }
        }
      }
    }

    private boolean isFloating() {
      return switch (tensor.type()) {
        case F32, F16, BF16, F64 -> true;
        case Q4_0,
            Q4_1,
            Q5_0,
            Q5_1,
            Q8_0,
            Q8_1,
            Q2_K,
            Q3_K,
            Q4_K,
            Q5_K,
            Q6_K,
            Q8_K,
            IQ2_XXS,
            IQ2_XS,
            IQ3_XXS,
            IQ1_S,
            IQ4_NL,
            IQ3_S,
            IQ2_S,
            IQ4_XS,
            I8,
            I16,
            I32,
            I64,
            IQ1_M,
            TQ1_0,
            TQ2_0,
            MXFP4,
            NVFP4,
            Q1_0,
            Q2_0 ->
            false;
      };
    }

    private double number(MemorySegment bytes, long at) {
      return switch (tensor.type().typeSize()) {
        case Double.BYTES -> bytes.get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order), at);
        case Float.BYTES -> bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), at);
        default -> {
          short bits = bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at);
          yield tensor.type() == GgmlType.F16
              ? Float.float16ToFloat(bits)
              : Float.intBitsToFloat(bits << 16);
        }
      };
    }

    @Nullable TensorChange change() {
      return different == 0
          ? null
          : new TensorChange.Changed(
              tensor,
              different,
              tensor.byteSize() / tensor.type().typeSize(),
              first,
              isFloating() ? OptionalDouble.of(greatest) : OptionalDouble.empty());
    }
  }
}
