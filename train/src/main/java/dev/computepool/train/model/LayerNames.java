package dev.computepool.train.model;

import java.util.ArrayList;
import java.util.List;

/// The weights of a layer, by their names within it.
final class LayerNames {
  static final String INPUT_NORM = "input_layernorm.weight";
  static final String QUERY_NORM = "self_attn.q_norm.weight";
  static final String KEY_NORM = "self_attn.k_norm.weight";
  static final String POST_ATTENTION_NORM = "post_attention_layernorm.weight";
  static final String PRE_FEED_NORM = "pre_feedforward_layernorm.weight";
  static final String POST_FEED_NORM = "post_feedforward_layernorm.weight";

  private LayerNames() {}

  static List<Parameter> of(ModelConfig config) {
    List<Long> hidden = List.of((long) config.hidden());
    List<Long> head = List.of((long) config.headSize());
    List<Parameter> names = new ArrayList<>();
    names.add(new Parameter(INPUT_NORM, hidden));
    for (Projection projection : Projection.values()) {
      long outputs = config.outputs(projection);
      names.add(
          new Parameter(
              projection.module() + ".weight", List.of(outputs, (long) config.inputs(projection))));
      if (config.biases().on(projection)) {
        names.add(new Parameter(projection.module() + ".bias", List.of(outputs)));
      }
    }
    if (config.family().normsHeads()) {
      names.add(new Parameter(QUERY_NORM, head));
      names.add(new Parameter(KEY_NORM, head));
    }
    names.add(new Parameter(POST_ATTENTION_NORM, hidden));
    if (config.family().normsOutputs()) {
      names.add(new Parameter(PRE_FEED_NORM, hidden));
      names.add(new Parameter(POST_FEED_NORM, hidden));
    }
    return names;
  }
}
