package dev.computepool.train.lora;

import dev.computepool.train.config.LoraConfig;

/// How modules are adapted.
///
/// @param rank the inner extent of the two factors of a module
/// @param alpha by which their product is multiplied, divided by the rank, or by its root
/// @param dropout the part of a module's inputs that its factors do not see while training
/// @param rankStabilized whether alpha is divided by the root of the rank (rsLoRA)
public record LoraOptions(
    int rank, double alpha, double dropout, boolean rankStabilized, LoraTargets targets) {
  public LoraOptions {
    if (rank < 1) {
      throw new IllegalArgumentException("rank: " + rank);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout: " + dropout);
    }
    if (!Double.isFinite(alpha)) {
      throw new IllegalArgumentException("alpha: " + alpha);
    }
  }

  /// What a configuration says.
  public static LoraOptions of(LoraConfig lora) {
    return new LoraOptions(
        lora.rank(),
        lora.alpha(),
        lora.dropout(),
        lora.rslora(),
        lora.allLinear()
            ? new LoraTargets.AllLinear()
            : new LoraTargets.Named(lora.targetModules()));
  }

  /// By what the product of the factors is multiplied.
  public double scale() {
    return rankStabilized ? alpha / Math.sqrt(rank) : alpha / rank;
  }
}
