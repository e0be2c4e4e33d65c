package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.lang.ref.SoftReference;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A matrix with a product of two factors added, computed in `F32`.
///
/// An element is the base's plus `scale` times the sum over the rank, and that times what its row,
/// or its column, is scaled by. The first factor is kept in memory while it is used, the rest is
/// computed row by row.
public final class Merged implements Dense {
  private final Dense base;
  private final LowRank factors;
  private final float scale;
  private final @Nullable Dense magnitudes;
  private final boolean byColumn;

  // Softly: each of many tensors has its own, and only one or two are in use.
  private SoftReference<float[]> first = new SoftReference<>(null);
  private SoftReference<float[]> growth = new SoftReference<>(null);

  /// Adds a product to a matrix.
  ///
  /// @param factors whose product has the shape of `base`
  /// @param magnitudes the length that each row is to have, or each column, or null to leave them
  ///     as they are
  /// @param byColumn whether there is one magnitude for each column
  /// @throws IllegalArgumentException if the shapes do not fit
  public Merged(
      Dense base, LowRank factors, float scale, @Nullable Dense magnitudes, boolean byColumn) {
    if (base.shape().size() != 2 || !factors.shape().equals(base.shape())) {
      throw new IllegalArgumentException(
          "factors of a %s do not fit a %s".formatted(factors.shape(), base.shape()));
    }
    if (magnitudes != null && magnitudes.elements() != base.shape().get(byColumn ? 1 : 0)) {
      throw new IllegalArgumentException(
          "%s magnitudes do not fit a %s".formatted(magnitudes.shape(), base.shape()));
    }
    this.base = base;
    this.factors = factors;
    this.scale = scale;
    this.magnitudes = magnitudes;
    this.byColumn = byColumn;
  }

  @Override
  public List<Long> shape() {
    return base.shape();
  }

  @Override
  public Dtype dtype() {
    return Dtype.F32;
  }

  @Override
  public void read(long start, int count, MemorySegment target) {
    float[] numbers = new float[count];
    sum(start, numbers);
    if (magnitudes != null) {
      float[] growth = growth(magnitudes);
      long columns = shape().getLast();
      for (int i = 0; i < count; i++) {
        long at = start + i;
        numbers[i] *= growth[(int) (byColumn ? at % columns : at / columns)];
      }
    }
    Encoder.toF32(numbers, count, target);
  }

  private void sum(long start, float[] numbers) {
    int columns = Math.toIntExact(shape().getLast());
    int rank = Math.toIntExact(factors.b().shape().getLast());
    Decoder.decode(base, start, numbers);
    float[] a = first();
    float[] b = new float[rank];
    float[] delta = new float[columns];
    for (int at = 0; at < numbers.length; ) {
      long row = (start + at) / columns;
      int column = (int) ((start + at) % columns);
      int run = Math.min(columns - column, numbers.length - at);
      Decoder.decode(factors.b(), row * rank, b);
      Arrays.fill(delta, 0, run, 0);
      for (int r = 0; r < rank; r++) {
        float factor = b[r];
        int from = r * columns + column;
        for (int i = 0; i < run; i++) {
          delta[i] += factor * a[from + i];
        }
      }
      for (int i = 0; i < run; i++) {
        numbers[at + i] += scale * delta[i];
      }
      at += run;
    }
  }

  private synchronized float[] first() {
    float[] a = first.get();
    if (a == null) {
      a = new float[Math.toIntExact(factors.a().elements())];
      Decoder.decode(factors.a(), 0, a);
      first = new SoftReference<>(a);
    }
    return a;
  }

  /// By what each row, or column, is multiplied to get its magnitude.
  private synchronized float[] growth(Dense wanted) {
    float[] growth = this.growth.get();
    if (growth != null) {
      return growth;
    }
    int rows = Math.toIntExact(shape().getFirst());
    int columns = Math.toIntExact(shape().getLast());
    double[] squares = new double[byColumn ? columns : rows];
    float[] numbers = new float[columns];
    for (int row = 0; row < rows; row++) {
      sum((long) row * columns, numbers);
      for (int i = 0; i < columns; i++) {
        squares[byColumn ? i : row] += (double) numbers[i] * numbers[i];
      }
    }
    growth = new float[squares.length];
    Decoder.decode(wanted, 0, growth);
    for (int i = 0; i < growth.length; i++) {
      growth[i] /= (float) Math.sqrt(squares[i]);
    }
    this.growth = new SoftReference<>(growth);
    return growth;
  }
}
