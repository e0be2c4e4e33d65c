package dev.computepool.train.lora;

import dev.computepool.train.model.Adaptation;
import dev.computepool.train.model.ModelConfig;
import dev.computepool.train.model.Projection;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Which modules of a model are adapted, and the factors of each.
///
/// @param modules in the order in which the model takes their factors
public record LoraLayout(LoraOptions options, Adaptation adaptation, List<Module> modules) {
  private static final String HEAD = "lm_head";

  public LoraLayout {
    modules = List.copyOf(modules);
  }

  /// A module that is adapted.
  ///
  /// @param name such as `model.layers.0.self_attn.q_proj`
  public record Module(String name, int inputs, int outputs) {}

  /// Finds the modules of a model.
  ///
  /// @throws IllegalArgumentException if there are none, or if one is named that cannot be adapted
  public static LoraLayout of(ModelConfig config, LoraOptions options) {
    List<Set<Projection>> layers = new ArrayList<>();
    List<Module> modules = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      Set<Projection> adapted = EnumSet.noneOf(Projection.class);
      for (Projection projection : Projection.values()) {
        String name = projection.module(layer);
        if (options.targets().include(name)) {
          adapted.add(projection);
          modules.add(new Module(name, config.inputs(projection), config.outputs(projection)));
        }
      }
      layers.add(adapted);
    }
    boolean head = options.targets().include(HEAD);
    if (head) {
      modules.add(new Module(HEAD, config.hidden(), config.vocabulary()));
    }
    if (options.targets() instanceof LoraTargets.Named(List<String> names)) {
      names.forEach(name -> requireFound(name, modules));
    }
    if (modules.isEmpty()) {
      throw new IllegalArgumentException("no module of the model is a target");
    }
    return new LoraLayout(
        options, new Adaptation(layers, head, options.scale(), options.dropout()), modules);
  }

  private static void requireFound(String name, List<Module> modules) {
    boolean found =
        modules.stream().anyMatch(m -> m.name().equals(name) || m.name().endsWith("." + name));
    if (!found) {
      throw new IllegalArgumentException(
          "target %s is no linear module of the model; it has q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj and lm_head"
              .formatted(name));
    }
  }

  /// Number of weights of all factors.
  public long parameters() {
    return modules.stream()
        .mapToLong(m -> (long) options.rank() * ((long) m.inputs() + m.outputs()))
        .sum();
  }
}
