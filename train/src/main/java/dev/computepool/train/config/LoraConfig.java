package dev.computepool.train.config;

import java.util.List;

/// The matrices that are trained beside the weights.
///
/// @param rank their inner extent
/// @param alpha what they add is scaled by `alpha / rank`, with rsLoRA by `alpha / sqrt(rank)`
/// @param dropout share of their inputs that a step leaves out
/// @param targetModules last parts of the names of linear layers, such as `q_proj`, or
///     {@link #ALL_LINEAR} alone
/// @param rslora whether the scale is that of rank-stabilized LoRA
/// @param dora whether magnitudes are trained apart from directions
/// @param modulesToSave modules that are trained whole
public record LoraConfig(
    int rank,
    double alpha,
    double dropout,
    List<String> targetModules,
    boolean rslora,
    boolean dora,
    List<String> modulesToSave) {
  /// All linear layers but the output, as peft names them.
  public static final String ALL_LINEAR = "all-linear";

  public LoraConfig {
    targetModules = List.copyOf(targetModules);
    modulesToSave = List.copyOf(modulesToSave);
  }

  /// Whether all linear layers are meant.
  public boolean allLinear() {
    return targetModules.equals(List.of(ALL_LINEAR));
  }

  /// What the product of the matrices is multiplied by.
  public double scale() {
    return alpha / (rslora ? Math.sqrt(rank) : rank);
  }
}
