package dev.computepool.convert.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

@SuppressWarnings("OperatorPrecedence") // bits, as the formats write them
class TensorTest {
  private static Dense counting(long... shape) {
    List<Long> extents = new ArrayList<>();
    int count = 1;
    for (long extent : shape) {
      extents.add(extent);
      count *= (int) extent;
    }
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i;
    }
    return Stored.of(numbers).reshaped(extents);
  }

  private static float[] numbers(Dense tensor) {
    float[] numbers = new float[Math.toIntExact(tensor.elements())];
    Decoder.decode(tensor, 0, numbers);
    // The same piece by piece, with pieces that begin and end anywhere.
    for (int size : new int[] {1, 3, 7}) {
      for (int first = 0; first < numbers.length; first += size) {
        float[] piece = new float[Math.min(size, numbers.length - first)];
        MemorySegment bytes = MemorySegment.ofArray(new byte[piece.length * 4]);
        tensor.read(first, piece.length, bytes);
        for (int i = 0; i < piece.length; i++) {
          float read = bytes.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
          assertEquals(numbers[first + i], read);
        }
      }
    }
    return numbers;
  }

  @Test
  void movesRows() {
    Dense reversed = counting(3, 2).rows(List.of(3L, 2L), row -> 2 - row);
    assertArrayEquals(new float[] {4, 5, 2, 3, 0, 1}, numbers(reversed));
    assertArrayEquals(
        new float[] {4, 5, 0, 1, 4, 5, 0, 1},
        numbers(reversed.rows(List.of(4L, 2L), row -> row % 2 * 2)));
    assertArrayEquals(
        new float[] {2, 1, 0}, numbers(counting(3).rows(List.of(3L), row -> 2 - row)));
    assertThrows(
        IllegalArgumentException.class, () -> counting(3, 2).rows(List.of(2L, 3L), row -> row));
  }

  @Test
  void slicesWithinEachStack() {
    Dense stack = counting(2, 3, 2);
    assertEquals(List.of(2L, 2L, 2L), stack.slice(1, 3).shape());
    assertArrayEquals(new float[] {2, 3, 4, 5, 8, 9, 10, 11}, numbers((Dense) stack.slice(1, 3)));
    assertArrayEquals(new float[] {1, 2}, numbers((Dense) counting(4).slice(1, 3)));
  }

  @Test
  void transposesAndStacks() {
    assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, numbers(counting(2, 3).transposed()));
    Tensor stack = Tensor.stack(List.of(counting(2, 3), counting(2, 3).plus(10)));
    assertEquals(List.of(2L, 2L, 3L), stack.shape());
    assertArrayEquals(
        new float[] {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15}, numbers((Dense) stack));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Tensor.stack(List.of(counting(2, 3), counting(3, 2))));
    assertEquals("[2, 3] of F32 and [3, 2] of F32 cannot be stacked", e.getMessage());
  }

  @Test
  void addsInTheTypeOfTheElements() {
    byte[] tiny = {1, 0}; // 2^-24 as F16: too small to be added to 1 in F16, large enough in F32
    Dense half = new Stored(Dtype.F16, List.of(1L), MemorySegment.ofArray(tiny));
    assertEquals(Dtype.F16, half.plus(1).dtype());
    float[] sum = new float[1];
    Decoder.decode(half.plus(1), 0, sum);
    assertEquals(1f, sum[0]);
    byte[] bf16 = {(byte) 0x80, 0x33}; // 2^-24 as BF16
    Dense brain = new Stored(Dtype.BF16, List.of(1L), MemorySegment.ofArray(bf16));
    assertEquals(Dtype.F32, brain.plus(0.5f).dtype());
    Decoder.decode(brain.plus(0.5f), 0, sum);
    assertEquals(0.5f + 0x1p-24f, sum[0]);
  }

  @Test
  void scalesEachBlockWithItsOwnFactor() {
    Dense scales = Stored.of(1, 10, 100, 1000).reshaped(List.of(2L, 2L));
    assertArrayEquals(
        new float[] {0, 1, 20, 3, 4, 50, 600, 700, 8000},
        numbers(new Rescaled(counting(3, 3), scales, 2, 2)));
    assertThrows(IllegalArgumentException.class, () -> new Rescaled(counting(3, 3), scales, 1, 2));
  }

  @Test
  void scalesTheBlocksOfEachMatrixOfAStack() {
    Dense stack = counting(2, 3, 2);
    Dense scales = Stored.of(1, 10, 100, 1000).reshaped(List.of(2L, 2L, 1L));
    assertArrayEquals(
        new float[] {0, 1, 2, 3, 40, 50, 600, 700, 800, 900, 10_000, 11_000},
        numbers(new Rescaled(stack, scales, 2, 2)));
    assertArrayEquals(
        new float[] {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22},
        numbers(new Rescaled(stack, Stored.of(2), 6, 6, 2)));
    assertThrows(IllegalArgumentException.class, () -> new Rescaled(stack, scales, 4, 3, 2));
  }

  private static Dense random(int seed, long rows, long columns) {
    Random random = new Random(seed);
    float[] numbers = new float[(int) (rows * columns)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextInt(9) - 4; // small integers: products are exact
    }
    return Stored.of(numbers).reshaped(List.of(rows, columns));
  }

  private static float[] product(LowRank factors) {
    float[] a = numbers(factors.a());
    float[] b = numbers(factors.b());
    int rank = Math.toIntExact(factors.b().shape().getLast());
    int columns = Math.toIntExact(factors.a().shape().getLast());
    int rows = b.length / rank;
    float[] product = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        for (int r = 0; r < rank; r++) {
          product[row * columns + column] += b[row * rank + r] * a[r * columns + column];
        }
      }
    }
    return product;
  }

  @Test
  void whatHappensToFactorsHappensToTheirProduct() {
    LowRank factors = new LowRank(random(1, 2, 5), random(2, 6, 2));
    assertEquals(List.of(6L, 5L), factors.shape());
    Dense whole = Stored.of(product(factors)).reshaped(List.of(6L, 5L));
    List<UnaryOperator<Tensor>> changes =
        List.of(
            t -> t.rows(List.of(6L, 5L), row -> 5 - row),
            t -> t.slice(2, 5),
            Tensor::transposed,
            t -> t.transposed().slice(1, 2));
    for (UnaryOperator<Tensor> change : changes) {
      LowRank changed = (LowRank) change.apply(factors);
      Dense expected = (Dense) change.apply(whole);
      assertEquals(expected.shape(), changed.shape());
      assertArrayEquals(numbers(expected), product(changed));
    }
    assertThrows(IllegalArgumentException.class, () -> factors.plus(1));
    assertThrows(
        IllegalArgumentException.class, () -> new LowRank(random(1, 2, 5), random(2, 6, 3)));
  }

  @Test
  void mergesAProductRoundedOnce() {
    LowRank factors = new LowRank(random(1, 2, 5), random(2, 6, 2));
    float[] product = product(factors);
    float[] base = numbers(counting(6, 5));
    float[] expected = new float[30];
    for (int i = 0; i < 30; i++) {
      expected[i] = base[i] + 0.5f * product[i];
    }
    assertArrayEquals(expected, numbers(new Merged(counting(6, 5), factors, 0.5f, null, false)));

    // DoRA: each row, or column, gets the length it is to have.
    Dense magnitudes = Stored.of(1, 2, 3, 4, 5, 6);
    float[] scaled = numbers(new Merged(counting(6, 5), factors, 0.5f, magnitudes, false));
    for (int row = 0; row < 6; row++) {
      double square = 0;
      for (int column = 0; column < 5; column++) {
        square += (double) scaled[row * 5 + column] * scaled[row * 5 + column];
      }
      assertEquals(row + 1, Math.sqrt(square), 1e-5);
    }
    float[] columns =
        numbers(new Merged(counting(6, 5), factors, 0.5f, Stored.of(1, 1, 1, 1, 7), true));
    double square = 0;
    for (int row = 0; row < 6; row++) {
      square += (double) columns[row * 5 + 4] * columns[row * 5 + 4];
    }
    assertEquals(7, Math.sqrt(square), 1e-5);
    assertThrows(
        IllegalArgumentException.class, () -> new Merged(counting(5, 6), factors, 1, null, false));
  }
}
