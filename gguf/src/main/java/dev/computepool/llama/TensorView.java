package dev.computepool.llama;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A tensor of a computation as the library has it in memory, valid while it is shown.
public final class TensorView {
  private static final int STRUCT = 256;

  private final LlamaLibrary library;
  private final TensorLayout layout;
  private final MemorySegment tensor;

  @SuppressWarnings("restricted")
  TensorView(LlamaLibrary library, TensorLayout layout, MemorySegment tensor) {
    this.library = library;
    this.layout = layout;
    this.tensor = tensor.reinterpret(STRUCT);
  }

  /// What computes it, as ggml names it, such as `MUL_MAT`.
  public String operation() {
    return LlamaLibrary.text(library.ggml().operation(tensor));
  }

  public String name() {
    return LlamaLibrary.text(library.ggml().tensorName(tensor));
  }

  /// What it is computed from.
  ///
  /// @param index 0 to 2
  public TensorView source(int index) {
    long at = layout.sources() + (long) Long.BYTES * index;
    return new TensorView(library, layout, tensor.get(ValueLayout.ADDRESS, at));
  }

  /// Elements along a dimension.
  ///
  /// @param dimension 0 to 3, the fastest first
  public long extent(int dimension) {
    return tensor.get(ValueLayout.JAVA_LONG, layout.extents() + (long) Long.BYTES * dimension);
  }

  /// Bytes from one element of a dimension to the next.
  ///
  /// @param dimension 0 to 3, the fastest first
  public long stride(int dimension) {
    return tensor.get(
        ValueLayout.JAVA_LONG, layout.extents() + (long) Long.BYTES * (4 + dimension));
  }

  /// Whether its elements are single-precision numbers.
  public boolean isFloat32() {
    return tensor.get(ValueLayout.JAVA_INT, 0) == 0; // `enum ggml_type type` is the first field
  }

  /// Bytes from its first element to the end of its last.
  public long byteSize() {
    return library.ggml().tensorBytes(tensor);
  }

  /// Copies its bytes, from whatever device they are on.
  ///
  /// @param target of {@link #byteSize} bytes at least
  public void copyTo(MemorySegment target) {
    library.ggml().tensorGet(tensor, target, 0, byteSize());
  }
}
