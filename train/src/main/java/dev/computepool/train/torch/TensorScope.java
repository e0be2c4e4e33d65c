package dev.computepool.train.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Owns tensors: closing it frees all that were made in it.
public final class TensorScope implements AutoCloseable {
  private final PtNDManager manager;
  private final Script copies;

  TensorScope(PtNDManager manager, Script copies) {
    this.manager = manager;
    this.copies = copies;
  }

  PtNDManager manager() {
    return manager;
  }

  /// Opens a scope within this one, for what lives shorter.
  public TensorScope open() {
    return new TensorScope((PtNDManager) manager.newSubManager(), copies);
  }

  /// A tensor of 64-bit integers, such as tokens.
  public Tensor longs(long[] values, long... shape) {
    ByteBuffer bytes = buffer(Math.multiplyExact(values.length, Long.BYTES));
    bytes.asLongBuffer().put(values);
    return new Tensor(manager.create(bytes, new Shape(shape), DataType.INT64));
  }

  /// A tensor of 64-bit floats.
  public Tensor doubles(double[] values, long... shape) {
    ByteBuffer bytes = buffer(Math.multiplyExact(values.length, Double.BYTES));
    bytes.asDoubleBuffer().put(values);
    return new Tensor(manager.create(bytes, new Shape(shape), DataType.FLOAT64));
  }

  /// A tensor of 32-bit floats.
  public Tensor floats(float[] values, long... shape) {
    ByteBuffer bytes = buffer(Math.multiplyExact(values.length, Float.BYTES));
    bytes.asFloatBuffer().put(values);
    return new Tensor(manager.create(bytes, new Shape(shape), DataType.FLOAT32));
  }

  /// A tensor of 32-bit floats in memory of libtorch's own, all zero.
  ///
  /// @throws TorchMemoryException if there is not as much memory
  public Tensor zeros(long... shape) throws TorchException {
    try {
      return new Tensor(manager.zeros(new Shape(shape), DataType.FLOAT32));
    } catch (EngineException e) {
      throw Script.failure("zeros", e);
    }
  }

  /// A tensor over 32-bit floats where they are, which nothing may write to.
  ///
  /// @param bytes native, little-endian, less than 2 GiB; they must stay as long as this scope
  public Tensor over(MemorySegment bytes, long... shape) {
    return new Tensor(manager.create(bytes.asByteBuffer(), new Shape(shape), DataType.FLOAT32));
  }

  /// Overwrites a run of the elements of a tensor of 32-bit floats.
  ///
  /// @param first number of the first of them in row-major order
  public void write(Tensor target, long first, float[] values, int count) throws TorchException {
    requireRun(target, first, count);
    try (TensorScope scope = open()) {
      ByteBuffer bytes = buffer(Math.multiplyExact(count, Float.BYTES));
      bytes.asFloatBuffer().put(values, 0, count);
      Tensor source = new Tensor(scope.manager.create(bytes, new Shape(count), DataType.FLOAT32));
      Tensor at = scope.longs(new long[] {first});
      copies.call(scope, "write", false, Argument.of(source), Argument.of(target), Argument.of(at));
    }
  }

  /// Copies a run of the elements of a tensor of 32-bit floats.
  ///
  /// @param first number of the first of them in row-major order
  public float[] read(Tensor source, long first, int count) throws TorchException {
    requireRun(source, first, count);
    try (TensorScope scope = open()) {
      Tensor at = scope.longs(new long[] {first, count}, 2);
      return copies
          .call(scope, "read", false, Argument.of(at), Argument.of(source))
          .getFirst()
          .floats();
    }
  }

  private static void requireRun(Tensor tensor, long first, int count) {
    if (first < 0 || count < 0 || first + count > tensor.elements()) {
      throw new IllegalArgumentException(
          "%d elements from %d on of %d".formatted(count, first, tensor.elements()));
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    manager.close();
  }
}
