package dev.computepool.gguf.sample;

import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.Shape;
import dev.computepool.gguf.sample.SampleSpec.Size;
import java.util.ArrayList;
import java.util.List;

/// The tensors and the keys of an architecture, as llama.cpp demands them.
final class Blueprint {
  private static final float EPSILON = 1e-5f;

  /// What a tensor is filled with.
  sealed interface Content {
    /// Weights around 0 with this deviation.
    record Matrix(double deviation) implements Content {}

    /// Single-precision values close to `center`.
    record Vector(float center, double deviation) implements Content {}

    /// Factors of the rotary frequencies, from 1 for the fast ones to `slowest`.
    record RopeFactors(float slowest) implements Content {}
  }

  /// One tensor and what it is filled with.
  record Part(String name, GgmlType type, Shape shape, Content content) {}

  private final SampleSpec spec;
  private final Size size;
  private final int vocabulary;
  private final List<Part> parts = new ArrayList<>();

  private Blueprint(SampleSpec spec, int vocabulary) {
    this.spec = spec;
    this.size = spec.size();
    this.vocabulary = vocabulary;
  }

  /// The tensors in the order of the file.
  ///
  /// @param vocabulary number of tokens
  static List<Part> parts(SampleSpec spec, int vocabulary) {
    Blueprint blueprint = new Blueprint(spec, vocabulary);
    blueprint.addAll();
    return blueprint.parts;
  }

  private void addAll() {
    if (spec.ropeFactors()) {
      addRopeFactors();
    }
    matrix("token_embd.weight", size.embedding(), vocabulary);
    if (spec.architecture() == Architecture.GPT2) {
      Shape shape = Shape.of(size.embedding(), size.context());
      parts.add(new Part("position_embd.weight", GgmlType.F32, shape, new Content.Matrix(0.01)));
    }
    for (int i = 0; i < size.layers(); i++) {
      String block = "blk." + i + ".";
      switch (spec.architecture()) {
        case LLAMA -> addGated(block, false, false);
        case QWEN2 -> addGated(block, true, false);
        case GEMMA2 -> addGated(block, false, true);
        case PHI3 -> addPhi3(block);
        case GPT2 -> addGpt2(block);
      }
    }
    norm("output_norm");
    if (!spec.tied()) {
      matrix("output.weight", size.embedding(), vocabulary);
    }
  }

  private void addGated(String block, boolean biases, boolean postNorms) {
    norm(block + "attn_norm");
    projection(block + "attn_q", size.embedding(), size.embedding(), biases);
    projection(block + "attn_k", size.embedding(), size.kvSize(), biases);
    projection(block + "attn_v", size.embedding(), size.kvSize(), biases);
    projection(block + "attn_output", size.embedding(), size.embedding(), false);
    if (postNorms) {
      norm(block + "post_attention_norm");
    }
    norm(block + "ffn_norm");
    projection(block + "ffn_gate", size.embedding(), size.feedForward(), false);
    projection(block + "ffn_up", size.embedding(), size.feedForward(), false);
    projection(block + "ffn_down", size.feedForward(), size.embedding(), false);
    if (postNorms) {
      norm(block + "post_ffw_norm");
    }
  }

  private void addPhi3(String block) {
    norm(block + "attn_norm");
    int qkv = size.embedding() + 2 * size.kvSize();
    projection(block + "attn_qkv", size.embedding(), qkv, false);
    projection(block + "attn_output", size.embedding(), size.embedding(), false);
    norm(block + "ffn_norm");
    projection(block + "ffn_up", size.embedding(), 2L * size.feedForward(), false);
    projection(block + "ffn_down", size.feedForward(), size.embedding(), false);
  }

  private void addGpt2(String block) {
    norm(block + "attn_norm");
    projection(block + "attn_qkv", size.embedding(), 3L * size.embedding(), true);
    projection(block + "attn_output", size.embedding(), size.embedding(), true);
    norm(block + "ffn_norm");
    projection(block + "ffn_up", size.embedding(), size.feedForward(), true);
    projection(block + "ffn_down", size.feedForward(), size.embedding(), true);
  }

  private void addRopeFactors() {
    Shape shape = Shape.of(size.headSize() / 2);
    List<String> names =
        spec.architecture() == Architecture.PHI3
            ? List.of("rope_factors_long.weight", "rope_factors_short.weight")
            : List.of("rope_freqs.weight");
    float slowest = 8;
    for (String name : names) {
      parts.add(new Part(name, GgmlType.F32, shape, new Content.RopeFactors(slowest)));
      slowest = 2;
    }
  }

  private void projection(String name, long inputs, long outputs, boolean bias) {
    matrix(name + ".weight", inputs, outputs);
    if (bias) {
      vector(name + ".bias", outputs, 0, 0.02);
    }
  }

  private void matrix(String name, long inputs, long outputs) {
    double deviation = 1 / Math.sqrt((double) inputs); // keeps the size of what passes through
    Shape shape = Shape.of(inputs, outputs);
    parts.add(new Part(name, spec.typeOf(name), shape, new Content.Matrix(deviation)));
  }

  private void norm(String name) {
    vector(name + ".weight", size.embedding(), 1, 0.05);
    if (spec.architecture() == Architecture.GPT2) {
      vector(name + ".bias", size.embedding(), 0, 0.02);
    }
  }

  private void vector(String name, long length, float center, double deviation) {
    parts.add(
        new Part(name, GgmlType.F32, Shape.of(length), new Content.Vector(center, deviation)));
  }

  /// Puts everything but the vocabulary into `file`, in the order of llama.cpp's converter.
  static void putInto(GgufLayout.Builder file, SampleSpec spec, int vocabulary) {
    Size size = spec.size();
    String prefix = spec.architecture().ggufName() + ".";
    text(file, "general.architecture", spec.architecture().ggufName());
    text(file, "general.type", "model");
    text(file, "general.name", spec.name());
    integer(file, prefix + "block_count", size.layers());
    integer(file, prefix + "context_length", size.context());
    integer(file, prefix + "embedding_length", size.embedding());
    integer(file, prefix + "feed_forward_length", size.feedForward());
    integer(file, prefix + "attention.head_count", size.heads());
    if (spec.architecture() == Architecture.GPT2) {
      number(file, prefix + "attention.layer_norm_epsilon", EPSILON);
    } else {
      integer(file, prefix + "attention.head_count_kv", size.kvHeads());
      number(file, prefix + "rope.freq_base", spec.ropeFactors() ? 500_000 : 10_000);
      number(file, prefix + "attention.layer_norm_rms_epsilon", EPSILON);
      integer(file, prefix + "rope.dimension_count", size.headSize());
    }
    switch (spec.architecture()) {
      case LLAMA -> integer(file, prefix + "vocab_size", vocabulary);
      case GEMMA2 -> {
        integer(file, prefix + "attention.key_length", size.headSize());
        integer(file, prefix + "attention.value_length", size.headSize());
        number(file, prefix + "attn_logit_softcapping", 50);
        number(file, prefix + "final_logit_softcapping", 30);
        integer(file, prefix + "attention.sliding_window", size.context() / 2);
      }
      case PHI3 ->
          integer(file, prefix + "rope.scaling.original_context_length", size.context() / 2);
      case QWEN2, GPT2 -> {}
    }
    int fileType =
        switch (spec.weights()) {
          case F16 -> 1;
          case Q8_0 -> 7;
          case BF16 -> 32;
          default -> 0;
        };
    integer(file, "general.file_type", fileType);
    integer(file, "general.quantization_version", 2);
  }

  private static void text(GgufLayout.Builder file, String key, String value) {
    file.put(key, MetadataValue.Text.of(value));
  }

  private static void integer(GgufLayout.Builder file, String key, int value) {
    file.put(key, new MetadataValue.Int(MetadataType.UINT32, value));
  }

  private static void number(GgufLayout.Builder file, String key, float value) {
    file.put(key, new MetadataValue.Float32(value));
  }
}
