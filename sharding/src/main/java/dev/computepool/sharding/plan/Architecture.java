package dev.computepool.sharding.plan;

import java.util.Optional;

/// The kind of a model, in the words that a SwarmLLM manifest has for it: a variant of a Rust
/// `enum`, some with fields.
///
/// @see <a href="https://github.com/enapt/SwarmLLM">SwarmLLM,
// crates/swarmllm-types/src/model.rs</a>
public sealed interface Architecture {
  /// What nodes catalogue an unknown kind as; they refuse to load it.
  Architecture LLAMA = new Plain("Llama");

  /// Name of the variant, such as `Llama`.
  String variant();

  /// What Rust's `{:?}` prints, which is what the manifest's hash is made of.
  String debugText();

  /// A variant without fields.
  record Plain(String variant) implements Architecture {
    @Override
    public String debugText() {
      return variant;
    }
  }

  /// A mixture of experts.
  ///
  /// @param experts experts of a layer
  /// @param expertsPerToken how many of them a token goes through
  record Experts(String variant, long experts, long expertsPerToken) implements Architecture {
    @Override
    public String debugText() {
      return variant
          + (" { num_experts: " + experts + ", experts_per_token: " + expertsPerToken + " }");
    }
  }

  /// A language model behind a vision encoder.
  record Vision(String variant, VisionConfig config) implements Architecture {
    @Override
    public String debugText() {
      return variant + " { vision_config: " + config.debugText() + " }";
    }
  }

  /// A vision encoder.
  ///
  /// @param imageSize width and height of its input in pixels
  /// @param patchSize width and height of a patch in pixels
  /// @param hiddenSize width of its layers
  /// @param projectionDim width of what it hands to the language model
  record VisionConfig(
      long imageSize,
      long patchSize,
      long hiddenSize,
      long layers,
      long heads,
      long projectionDim) {
    private String debugText() {
      return "VisionConfig { image_size: "
          + imageSize
          + ", patch_size: "
          + patchSize
          + ", vision_hidden_size: "
          + hiddenSize
          + ", vision_num_layers: "
          + layers
          + ", vision_num_heads: "
          + heads
          + ", projection_dim: "
          + projectionDim
          + " }";
    }
  }

  /// What a node records for a `general.architecture`, or nothing where it would refuse to load
  /// the model. Many kinds share the word `Llama`; that is upstream's choice.
  ///
  /// @param experts experts of a layer, 0 if the file does not say
  /// @param expertsPerToken how many of them a token goes through, 0 if the file does not say
  static Optional<Architecture> ofGguf(String name, long experts, long expertsPerToken) {
    return switch (name) {
      case "llama", "gemma", "gemma2", "starcoder2", "deepseek2", "glm4", "llama4" ->
          Optional.of(LLAMA);
      case "mistral" -> Optional.of(new Plain("Mistral"));
      case "qwen2", "qwen3", "qwen2moe" -> Optional.of(new Plain("Qwen2"));
      case "phi", "phi3" -> Optional.of(new Plain("Phi"));
      case "qwen35" -> Optional.of(new Plain("Qwen35"));
      case "qwen35moe", "qwen3_5moe" ->
          Optional.of(new Experts("Qwen35Moe", experts, expertsPerToken));
      default -> Optional.empty();
    };
  }
}
