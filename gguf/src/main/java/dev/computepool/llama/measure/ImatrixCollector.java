package dev.computepool.llama.measure;

import dev.computepool.llama.TensorObserver;
import dev.computepool.llama.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SortedMap;
import java.util.TreeMap;

/// Adds up the squares of what goes into each matrix, as llama-imatrix does it: in single
/// precision, row after row, so that the sums are the same.
final class ImatrixCollector implements TensorObserver {
  private static final int LEAST_ROWS = 16;
  private static final String PRODUCT = "MUL_MAT";
  private static final String PRODUCT_BY_EXPERT = "MUL_MAT_ID";

  private final boolean processOutput;
  private final SortedMap<String, ImatrixData.Sums> tensors = new TreeMap<>();
  private MemorySegment inputs = MemorySegment.NULL; // of one tensor
  private float[] row = {}; // of them
  private float[] total = {}; // of the squares of one matrix

  ImatrixCollector(boolean processOutput) {
    this.processOutput = processOutput;
  }

  SortedMap<String, ImatrixData.Sums> tensors() {
    return tensors;
  }

  @Override
  public boolean wants(TensorView tensor) {
    return switch (tensor.operation()) {
      case PRODUCT_BY_EXPERT -> true;
      case PRODUCT -> {
        TensorView input = tensor.source(1);
        String weights = plainName(tensor.source(0).name());
        yield input.extent(1) >= LEAST_ROWS
            && input.isFloat32()
            && (weights.startsWith("blk.") || (processOutput && weights.equals("output.weight")));
      }
      default -> false;
    };
  }

  @Override
  public void computed(TensorView tensor) {
    TensorView weights = tensor.source(0);
    String name = plainName(weights.name());
    if (tensor.operation().equals(PRODUCT_BY_EXPERT)) {
      addByExpert(name, weights, tensor.source(1), tensor.source(2));
    } else {
      add(name, weights, tensor.source(1));
    }
  }

  /// Schedulers write devices and copies around a name: `CUDA0#blk.0.attn_k.weight#0`.
  static String plainName(String name) {
    int from = name.indexOf('#') + 1;
    int to = from == 0 ? -1 : name.indexOf('#', from);
    return name.substring(from, to < 0 ? name.length() : to);
  }

  private void add(String name, TensorView weights, TensorView input) {
    int columns = Math.toIntExact(input.extent(0));
    int matrices = Math.toIntExact(weights.extent(2) * weights.extent(3));
    ImatrixData.Sums sums =
        tensors.computeIfAbsent(name, n -> new ImatrixData.Sums(columns * matrices, 1));
    requireSize(name, sums.squares.length, columns * matrices);
    long[] strides = {input.stride(1), input.stride(2), input.stride(3)};
    long rows = input.extent(1);
    load(input, columns);
    for (int i3 = 0; i3 < input.extent(3); i3++) {
      for (int i2 = 0; i2 < input.extent(2); i2++) {
        int matrix = (int) ((i3 % weights.extent(3)) * weights.extent(2) + i2 % weights.extent(2));
        System.arraycopy(sums.squares, matrix * columns, total, 0, columns);
        long at = i2 * strides[1] + i3 * strides[2];
        for (long i1 = 0; i1 < rows; i1++) {
          addSquares(at + i1 * strides[0], columns);
        }
        System.arraycopy(total, 0, sums.squares, matrix * columns, columns);
      }
    }
    requireFinite(name, sums.squares, 0, sums.squares.length);
    sums.counts[0] += input.extent(1) * input.extent(2) * input.extent(3) / matrices;
  }

  /// @param input `[columns, experts used, tokens]`
  /// @param choice the experts `[experts used, tokens]`, not necessarily contiguous
  private void addByExpert(String name, TensorView weights, TensorView input, TensorView choice) {
    int columns = Math.toIntExact(input.extent(0));
    int experts = Math.toIntExact(weights.extent(2));
    if (input.extent(3) != 1 || choice.extent(1) != input.extent(2) || !input.isFloat32()) {
      throw new IllegalStateException(name + " is computed in a way that cannot be measured");
    }
    ImatrixData.Sums sums =
        tensors.computeIfAbsent(name, n -> new ImatrixData.Sums(columns * experts, experts));
    requireSize(name, sums.squares.length, columns * experts);
    requireSize(name, sums.counts.length, experts);
    load(input, columns);
    boolean[] touched = new boolean[experts];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ids = arena.allocate(choice.byteSize(), Long.BYTES);
      choice.copyTo(ids);
      for (int i = 0; i < choice.extent(0); i++) {
        for (int token = 0; token < input.extent(2); token++) {
          int expert =
              ids.get(ValueLayout.JAVA_INT, token * choice.stride(1) + i * choice.stride(0));
          long at = i % input.extent(1) * input.stride(1) + token * input.stride(2);
          sums.counts[expert]++;
          touched[expert] = true;
          System.arraycopy(sums.squares, expert * columns, total, 0, columns);
          addSquares(at, columns);
          System.arraycopy(total, 0, sums.squares, expert * columns, columns);
        }
      }
    }
    for (int expert = 0; expert < experts; expert++) {
      if (touched[expert]) {
        requireFinite(name, sums.squares, expert * columns, columns);
      }
    }
  }

  private void load(TensorView input, int columns) {
    long bytes = input.byteSize();
    if (inputs.byteSize() < bytes) {
      inputs = Arena.ofAuto().allocate(bytes, Long.BYTES);
    }
    input.copyTo(inputs);
    if (row.length < columns) {
      row = new float[columns];
      total = new float[columns];
    }
  }

  /// Adds the squares of one row, which is copied out of the tensor first: so it is in the cache.
  private void addSquares(long from, int count) {
    float[] x = row;
    float[] squares = total;
    MemorySegment.copy(inputs, ValueLayout.JAVA_FLOAT, from, x, 0, count);
    for (int i = 0; i < count; i++) {
      squares[i] += x[i] * x[i];
    }
  }

  private static void requireSize(String name, int actual, int expected) {
    if (actual != expected) {
      throw new IllegalStateException(
          "%s has %d inputs now and had %d before".formatted(name, expected, actual));
    }
  }

  private static void requireFinite(String name, float[] sums, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (!Float.isFinite(sums[i])) {
        throw new ArithmeticException("what goes into " + name + " is not finite");
      }
    }
  }
}
