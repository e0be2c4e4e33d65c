package dev.computepool.train.model;

import java.util.ArrayList;
import java.util.List;

/// A weight of a model by its name in the file.
///
/// @param shape extents with the slowest-varying first
public record Parameter(String name, List<Long> shape) {
  public Parameter {
    shape = List.copyOf(shape);
  }

  /// Number of elements.
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /// All weights of a model.
  public static List<Parameter> all(ModelConfig config) {
    List<Parameter> all = new ArrayList<>(globals(config));
    for (int layer = 0; layer < config.layers(); layer++) {
      all.addAll(layer(config, layer));
    }
    return all;
  }

  /// The weights outside the layers: the embedding, the last norm and, unless it is tied, the
  /// head.
  static List<Parameter> globals(ModelConfig config) {
    List<Long> matrix = List.of((long) config.vocabulary(), (long) config.hidden());
    List<Parameter> globals = new ArrayList<>();
    globals.add(new Parameter("model.embed_tokens.weight", matrix));
    globals.add(new Parameter("model.norm.weight", List.of((long) config.hidden())));
    if (!config.tied()) {
      globals.add(new Parameter("lm_head.weight", matrix));
    }
    return globals;
  }

  /// The weights of one layer, in the order in which {@link LayerScript} takes them.
  static List<Parameter> layer(ModelConfig config, int layer) {
    String prefix = "model.layers." + layer + ".";
    List<Parameter> weights = new ArrayList<>();
    LayerNames.of(config)
        .forEach(slot -> weights.add(new Parameter(prefix + slot.name(), slot.shape())));
    return weights;
  }
}
