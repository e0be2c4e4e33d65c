package dev.computepool.train.lora;

import dev.computepool.train.torch.Tensor;
import dev.computepool.train.torch.TensorScope;
import dev.computepool.train.torch.TorchException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The factors of all adapted modules: for each A of `[rank, inputs]` and then B of `[outputs,
/// rank]`.
public final class LoraFactors {
  private final LoraLayout layout;
  private final List<Tensor> tensors;

  private LoraFactors(LoraLayout layout, List<Tensor> tensors) {
    this.layout = layout;
    this.tensors = List.copyOf(tensors);
  }

  /// Factors as PEFT begins with them: A uniform within one by the root of the inputs
  /// (Kaiming), B zero.
  ///
  /// @param scope owns the tensors
  public static LoraFactors begin(TensorScope scope, LoraLayout layout, long seed)
      throws TorchException {
    SplittableRandom random = new SplittableRandom(seed);
    int rank = layout.options().rank();
    List<Tensor> tensors = new ArrayList<>();
    for (LoraLayout.Module module : layout.modules()) {
      float bound = (float) (1 / Math.sqrt(module.inputs()));
      float[] values = new float[Math.multiplyExact(rank, module.inputs())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (bound * (2 * random.nextDouble() - 1));
      }
      Tensor a = scope.zeros(rank, module.inputs());
      scope.write(a, 0, values, values.length);
      Tensor b = scope.zeros(module.outputs(), rank);
      a.track();
      b.track();
      tensors.add(a);
      tensors.add(b);
    }
    return new LoraFactors(layout, tensors);
  }

  public LoraLayout layout() {
    return layout;
  }

  /// A and B of each module in turn.
  public List<Tensor> tensors() {
    return tensors;
  }

  /// The names of the tensors in PEFT's file, in the same order.
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (LoraLayout.Module module : layout.modules()) {
      names.add("base_model.model." + module.name() + ".lora_A.weight");
      names.add("base_model.model." + module.name() + ".lora_B.weight");
    }
    return names;
  }
}
