package dev.computepool.train.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The families that can be trained. All are decoders with rotary positions, grouped queries,
/// RMS norms and gated feed-forward layers; what they do otherwise than Llama stands here.
public enum Family {
  LLAMA("LlamaForCausalLM"),
  MISTRAL("MistralForCausalLM"),
  QWEN2("Qwen2ForCausalLM"),
  QWEN3("Qwen3ForCausalLM"),
  GEMMA("GemmaForCausalLM"),
  GEMMA2("Gemma2ForCausalLM"),
  GEMMA3("Gemma3ForCausalLM");

  private final String architecture;

  Family(String architecture) {
    this.architecture = architecture;
  }

  /// The name in `architectures` of `config.json`.
  public String architecture() {
    return architecture;
  }

  /// The family of an architecture.
  public static Optional<Family> of(String architecture) {
    return Arrays.stream(values()).filter(f -> f.architecture.equals(architecture)).findFirst();
  }

  /// The architectures of all families, for messages.
  public static String known() {
    return Arrays.stream(values()).map(Family::architecture).collect(Collectors.joining(", "));
  }

  /// Whether norms multiply by one more than their weight, and embeddings are scaled.
  boolean isGemma() {
    return this == GEMMA || this == GEMMA2 || this == GEMMA3;
  }

  /// Whether what attention and feed-forward layers give is normed once more.
  boolean normsOutputs() {
    return this == GEMMA2 || this == GEMMA3;
  }

  /// Whether the heads of queries and keys are normed.
  boolean normsHeads() {
    return this == QWEN3 || this == GEMMA3;
  }
}
