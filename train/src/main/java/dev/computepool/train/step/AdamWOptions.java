package dev.computepool.train.step;

/// AdamW as PyTorch has it.
///
/// @param weightDecay of all weights that are trained, as a part of the learning rate
/// @param maxGradNorm the length that all gradients together are shortened to, or 0 to leave them
public record AdamWOptions(
    double beta1, double beta2, double epsilon, double weightDecay, double maxGradNorm) {
  /// PyTorch's own values, with gradients clipped at 1 as transformers does.
  public static final AdamWOptions DEFAULTS = new AdamWOptions(0.9, 0.999, 1e-8, 0, 1);

  public AdamWOptions {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException("betas: %s, %s".formatted(beta1, beta2));
    }
    if (!(epsilon > 0 && weightDecay >= 0 && maxGradNorm >= 0)) {
      throw new IllegalArgumentException(
          "epsilon %s, weight decay %s, norm %s".formatted(epsilon, weightDecay, maxGradNorm));
    }
  }
}
