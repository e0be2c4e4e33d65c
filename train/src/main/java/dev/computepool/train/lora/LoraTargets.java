package dev.computepool.train.lora;

import java.util.List;
import java.util.regex.Pattern;

/// Which modules are adapted, as `target_modules` of PEFT says it.
public sealed interface LoraTargets {
  /// All linear modules of the layers, not the head (`all-linear`).
  record AllLinear() implements LoraTargets {}

  /// Modules that are called, or end in, one of these, such as `q_proj`.
  record Named(List<String> names) implements LoraTargets {
    public Named {
      names = List.copyOf(names);
    }
  }

  /// Modules whose whole name matches.
  record Matching(Pattern pattern) implements LoraTargets {}

  /// Whether a module is meant.
  ///
  /// @param module its name in the model, such as `model.layers.0.self_attn.q_proj`
  default boolean include(String module) {
    return switch (this) {
      case AllLinear() -> !module.equals("lm_head");
      case Named(List<String> names) ->
          names.stream().anyMatch(name -> module.equals(name) || module.endsWith("." + name));
      case Matching(Pattern pattern) -> pattern.matcher(module).matches();
    };
  }
}
