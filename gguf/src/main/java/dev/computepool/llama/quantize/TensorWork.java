package dev.computepool.llama.quantize;

import dev.computepool.gguf.GgmlType;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/// One tensor of a quantized model: where its weights are, what becomes of them, and where they go.
///
/// @param name in the source
/// @param from the type it has
/// @param to the type it gets
/// @param columns elements of a row
/// @param rows of all experts
/// @param rowsOfExpert which share their importance
/// @param source number of the file that it is in
/// @param sourceOffset of its first byte there
/// @param target number of the file that it goes to
/// @param targetOffset of its first byte there
/// @param padding zeros that follow it
/// @param importance its name in the importance matrix; null for none
record TensorWork(
    String name,
    GgmlType from,
    GgmlType to,
    long columns,
    long rows,
    long rowsOfExpert,
    int source,
    long sourceOffset,
    int target,
    long targetOffset,
    int padding,
    @Nullable String importance)
    implements Serializable {
  boolean changes() {
    return from != to;
  }

  long sourceBytes() {
    return from.bytesFor(columns * rows);
  }
}
