package dev.computepool.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/// Where the fields of `struct ggml_tensor` are, measured on tensors of known contents.
///
/// The library has functions for a tensor's name, size and data, but none for its extents and for
/// what it was computed from.
///
/// @param extents offset of `int64_t ne[4]`; the strides `size_t nb[4]` follow
/// @param sources offset of `struct ggml_tensor * src[]`
record TensorLayout(int extents, int sources) {
  private static final int STRUCT = 256; // both are long before
  private static final int POOL = 1 << 16;
  private static final int F32 = 0;

  /// Measures a loaded library.
  ///
  /// @throws LlamaLibraryException if the fields are not found
  static TensorLayout measure(LlamaLibrary library) throws LlamaLibraryException {
    GgmlCalls ggml = library.ggml();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(GgmlCalls.INIT_PARAMS, Long.BYTES);
      params.set(ValueLayout.JAVA_LONG, 0, POOL);
      params.set(ValueLayout.JAVA_BOOLEAN, 16, true); // no_alloc: only the descriptions are made
      MemorySegment context = ggml.contextCreate(params);
      try {
        MemorySegment a = ggml.newTensor(context, F32, 7, 5);
        MemorySegment b = ggml.newTensor(context, F32, 7, 11);
        MemorySegment product = ggml.multiply(context, a, b);
        OptionalInt extents = find(a, 7, 5, 1, 1, 4, 28, 140, 140);
        OptionalInt sources = find(product, a.address(), b.address());
        if (extents.isEmpty() || sources.isEmpty()) {
          throw new LlamaLibraryException(
              library.name(),
              "llama.cpp %s describes its tensors in a way that this program cannot read; it knows %s"
                  .formatted(library.version(), ParamsLayout.releases()));
        }
        return new TensorLayout(extents.getAsInt(), sources.getAsInt());
      } finally {
        ggml.contextFree(context);
      }
    }
  }

  @SuppressWarnings("restricted")
  private static OptionalInt find(MemorySegment tensor, long... words) {
    MemorySegment bytes = tensor.reinterpret(STRUCT);
    for (int at = 0; at + Long.BYTES * words.length <= STRUCT; at += Long.BYTES) {
      boolean found = true;
      for (int i = 0; i < words.length; i++) {
        found &= bytes.get(ValueLayout.JAVA_LONG, at + (long) Long.BYTES * i) == words[i];
      }
      if (found) {
        return OptionalInt.of(at);
      }
    }
    return OptionalInt.empty();
  }
}
