package dev.computepool.llama;

import dev.computepool.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// ggml's functions for rows of weights: what llama-quantize calls for each of its threads, so
/// that the bits are the same.
///
/// All of it may be called by several threads at once.
public final class RowQuantizer {
  private final GgmlCalls ggml;

  public RowQuantizer(LlamaLibrary library) {
    ggml = library.ggml();
  }

  /// Whether weights of this type can be made floats, or are floats.
  public boolean reads(GgmlType type) {
    return type == GgmlType.F32 || ggml.hasFloats(type);
  }

  /// Whether data is what its type can hold: no NaN, nothing infinite, no scale that is either.
  ///
  /// @param data whole blocks of `type`, in native memory
  public boolean isValid(GgmlType type, MemorySegment data) {
    requireWhole(type, data.byteSize());
    return ggml.validate(type.id(), data, data.byteSize());
  }

  /// Makes floats of weights.
  ///
  /// @param type any that {@link #reads} knows but F32, which are floats already
  /// @param weights whole blocks of `type`, in native memory
  /// @param floats at least as many, in native memory
  public void toFloats(GgmlType type, MemorySegment weights, MemorySegment floats) {
    requireWhole(type, weights.byteSize());
    long elements = weights.byteSize() / type.typeSize() * type.blockSize();
    require(floats, elements * Float.BYTES);
    ggml.toFloat(type, weights, floats, elements);
  }

  /// Quantizes rows.
  ///
  /// @param floats `rows` × `columns` of them, in native memory
  /// @param type one of those that tensors can be quantized to
  /// @param target for as many elements of `type`, in native memory
  /// @param columns whole blocks of `type`
  /// @param importance `columns` floats in native memory; null for none, which not every type
  ///     allows: see {@link dev.computepool.llama.quantize.TensorTypes}
  public void quantize(
      MemorySegment floats,
      GgmlType type,
      MemorySegment target,
      long rows,
      long columns,
      @Nullable MemorySegment importance) {
    long bytes = rows * type.bytesFor(columns);
    require(floats, rows * columns * Float.BYTES);
    require(target, bytes);
    MemorySegment matrix = MemorySegment.NULL;
    if (importance != null) {
      require(importance, columns * Float.BYTES);
      matrix = importance;
    }
    long written = ggml.quantize(type.id(), floats, target, 0, rows, columns, matrix);
    if (written != bytes) {
      throw new IllegalStateException(
          "%d bytes of %s where %d were expected".formatted(written, type, bytes));
    }
  }

  private static void requireWhole(GgmlType type, long bytes) {
    if (bytes % type.typeSize() != 0) {
      throw new IllegalArgumentException(bytes + " bytes are not whole blocks of " + type);
    }
  }

  /// The library knows no bounds.
  private static void require(MemorySegment memory, long bytes) {
    if (memory.byteSize() < bytes) {
      throw new IllegalArgumentException(
          "%d bytes of memory for %d".formatted(memory.byteSize(), bytes));
    }
  }
}
