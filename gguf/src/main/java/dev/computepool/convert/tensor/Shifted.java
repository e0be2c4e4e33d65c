package dev.computepool.convert.tensor;

import dev.computepool.safetensors.Dtype;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A tensor with a number added to each element.
///
/// The sum is rounded to `F16` where the base is that, else it is `F32`: as PyTorch computes it.
record Shifted(Dense base, float number) implements Dense {
  @Override
  public List<Long> shape() {
    return base.shape();
  }

  @Override
  public Dtype dtype() {
    return base.dtype() == Dtype.F16 ? Dtype.F16 : Dtype.F32;
  }

  @Override
  public void read(long first, int count, MemorySegment target) {
    float[] numbers = new float[count];
    Decoder.decode(base, first, numbers);
    for (int i = 0; i < count; i++) {
      numbers[i] += number;
    }
    if (dtype() == Dtype.F16) {
      Encoder.toF16(numbers, count, target);
    } else {
      Encoder.toF32(numbers, count, target);
    }
  }
}
