package dev.computepool.train.model;

import java.util.List;
import java.util.Set;

/// Which modules have a pair of low-rank factors, and how these are added.
///
/// @param layers of each layer, the modules that have one
/// @param head whether the head that makes logits has one
/// @param scale by which the product of the factors is multiplied
/// @param dropout the part of a module's inputs that its factors do not see while training
public record Adaptation(List<Set<Projection>> layers, boolean head, double scale, double dropout) {
  public Adaptation {
    layers = List.copyOf(layers);
  }

  /// Number of factors in a layer, two for each module.
  int factors(int layer) {
    return 2 * layers.get(layer).size();
  }
}
