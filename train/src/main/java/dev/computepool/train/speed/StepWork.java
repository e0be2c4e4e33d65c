package dev.computepool.train.speed;

import dev.computepool.train.lora.LoraOptions;
import dev.computepool.train.preflight.ModelFacts;
import dev.computepool.train.preflight.ModelFacts.Linear;
import dev.computepool.train.preflight.ModelFacts.Shape;
import org.jspecify.annotations.Nullable;

/// What there is to compute in a step.
///
/// Counted are products of matrices, two operations for each number of a weight and each token:
/// the forward pass, the gradients of the inputs, and those of the weights where these are
/// trained. Attention is causal and half as much as it looks; its gradients take two and a half
/// times its forward pass, since its scores are computed again.
public final class StepWork {
  private static final double PASS = 2;
  private static final double ATTENTION_FORWARD = 2;
  private static final double ATTENTION_BACKWARD = 5;

  private StepWork() {}

  /// Floating-point operations for a token of a row whose tokens are all learned.
  ///
  /// @param lora how modules are adapted, or null if all weights are trained
  /// @param checkpointing whether the layers' forward pass is made twice
  /// @param length of the row
  public static double perToken(
      ModelFacts model,
      Shape shape,
      @Nullable LoraOptions lora,
      boolean checkpointing,
      int length) {
    double frozen = 0;
    double trained = 0;
    for (Linear linear : model.linears()) {
      if (!linear.isHead()) {
        double weights = (double) linear.inputs() * linear.outputs();
        if (lora == null) {
          trained += weights;
        } else {
          frozen += weights;
          trained += adapter(linear, lora);
        }
      }
    }
    double attention = (double) shape.layers() * shape.queries() * length;
    double layers =
        2 * PASS * frozen
            + 3 * PASS * trained
            + (ATTENTION_FORWARD + ATTENTION_BACKWARD) * attention;
    double again = checkpointing ? PASS * (frozen + trained) + ATTENTION_FORWARD * attention : 0;
    // The output is not among the linear layers where it shares the embedding's weights.
    double head = (double) shape.hidden() * shape.vocabulary();
    return layers + again + (lora == null ? 3 : 2) * PASS * head;
  }

  /// Numbers that are trained.
  public static long trained(ModelFacts model, @Nullable LoraOptions lora) {
    return lora == null
        ? model.parameters()
        : model.linears().stream().mapToLong(linear -> adapter(linear, lora)).sum();
  }

  private static long adapter(Linear linear, LoraOptions lora) {
    return lora.targets().include(linear.module())
        ? lora.rank() * (linear.inputs() + linear.outputs())
        : 0;
  }
}
