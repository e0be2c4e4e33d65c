package dev.computepool.train.model;

/// The linear modules of a layer, in the order of the forward pass.
public enum Projection {
  QUERY("self_attn.q_proj"),
  KEY("self_attn.k_proj"),
  VALUE("self_attn.v_proj"),
  OUTPUT("self_attn.o_proj"),
  GATE("mlp.gate_proj"),
  UP("mlp.up_proj"),
  DOWN("mlp.down_proj");

  private final String module;

  Projection(String module) {
    this.module = module;
  }

  /// The module's name within its layer.
  public String module() {
    return module;
  }

  /// The module's name in the model, such as `model.layers.0.self_attn.q_proj`.
  public String module(int layer) {
    return "model.layers.%d.%s".formatted(layer, module);
  }
}
