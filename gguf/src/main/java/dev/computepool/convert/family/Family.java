package dev.computepool.convert.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.LowRank;
import dev.computepool.convert.tensor.Tensor;
import dev.computepool.convert.vocab.VocabularyKind;
import dev.computepool.convert.vocab.VocabularyOptions;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Models of one kind, and how one of them becomes GGUF. An instance converts one model, once.
///
/// What is here is right for most decoders; a family overrides what differs.
public abstract class Family {
  private static final long MAX_BLOCKS = 10_000;

  /// Parts of models that also see or hear; only their language model is converted.
  private static final List<String> OTHER_SENSES =
      List.of(
          "visual.",
          "vision.",
          "audio.",
          "talker.",
          "vision_",
          "audio_",
          "projector.",
          "pre_mm_projector_norm",
          "image_newline",
          "view_seperator",
          "patch_embed", // and patch_embedding
          "patch_merger.",
          "patch_merge_mlp.",
          "token2wav.",
          "code2wav.",
          "model.connector.");

  private static final List<String> OTHER_STARTS =
      List.of(
          "mlp",
          "vit.",
          "vpm.",
          "siglip2.",
          "conformer.",
          "merger.",
          "resampler.",
          "sound_encoder.",
          "sound_projection.",
          "speech_embeddings.");

  protected final Source source;
  protected final Hyperparameters config;
  private @Nullable TensorNames names;
  private final Set<String> refused = new HashSet<>();

  protected Family(Source source) {
    this.source = source;
    this.config = source.config();
  }

  /// ggml's name of the architecture, such as `llama`.
  public abstract String architecture();

  /// Where models of the family have their vocabulary.
  public VocabularyKind vocabulary() {
    return VocabularyKind.BYTE_PAIR;
  }

  /// What the configuration tells of the vocabulary.
  public VocabularyOptions vocabularyOptions() {
    VocabularyOptions options = VocabularyOptions.NONE;
    OptionalLong size = config.integer("vocab_size");
    return size.isPresent() && size.getAsLong() <= Integer.MAX_VALUE
        ? options.withSize((int) size.getAsLong())
        : options;
  }

  /// The tensors of the family.
  protected abstract TensorNames tensorNames();

  /// The name under which {@link #convert} gets a tensor, or nothing if it is not converted.
  public Optional<String> accept(String name) {
    if (name.endsWith(".attention.masked_bias")
        || name.endsWith(".attention.bias")
        || name.endsWith(".rotary_emb.inv_freq")
        || OTHER_STARTS.stream().anyMatch(name::startsWith)
        || OTHER_SENSES.stream().anyMatch(name::contains)) {
      return Optional.empty();
    }
    return Optional.of(name.replace("language_model.", ""));
  }

  /// Tensors that no file has, which come before all others.
  ///
  /// @param early receives keys that belong right after the architecture
  public void extraTensors(TensorSink sink, MetadataList early) {}

  /// Converts one tensor; which come in the order of the files.
  ///
  /// @param name as {@link #accept} gave it
  public void convert(String name, Tensor tensor, TensorSink sink) {
    put(name, tensor, sink);
  }

  /// Checks, after the last tensor, that none is left over.
  public void finish() {}

  /// GGUF names of the weights that no model of the family may lack, without those that were there
  /// and refused.
  public List<String> requiredTensors() {
    return names().required().stream().filter(name -> !refused.contains(name)).toList();
  }

  /// The family's metadata, from the number of blocks to the type of the file.
  ///
  /// @param fileType llama.cpp's number for the type of most tensors
  public void parameters(MetadataList out, int fileType) throws IOException {
    out.uint32(key("block_count"), blocks());
    config
        .integer(
            "max_position_embeddings",
            "n_ctx",
            "n_positions",
            "max_length",
            "max_sequence_length",
            "model_max_length")
        .ifPresent(value -> out.uint32(key("context_length"), value));
    config
        .integer("hidden_size", "n_embd", "dim")
        .ifPresent(value -> out.uint32(key("embedding_length"), value));
    config
        .integer(
            "prefix_dense_intermediate_size",
            "dense_intermediate_size",
            "intermediate_size",
            "n_inner",
            "hidden_dim")
        .ifPresent(value -> out.uint32(key("feed_forward_length"), value));
    config
        .integer("num_attention_heads", "n_head", "n_heads")
        .ifPresent(value -> out.uint32(key("attention.head_count"), value));
    config
        .integer("num_key_value_heads", "n_kv_heads")
        .ifPresent(value -> out.uint32(key("attention.head_count_kv"), value));
    if (!config.flag("is_causal", true)) {
      out.bool(key("attention.causal"), false);
    }
    rope(out);
    config
        .number("rms_norm_eps", "norm_eps")
        .ifPresent(value -> out.float32(key("attention.layer_norm_rms_epsilon"), value));
    config
        .number("layer_norm_eps", "layer_norm_epsilon", "norm_epsilon")
        .ifPresent(value -> out.float32(key("attention.layer_norm_epsilon"), value));
    config
        .integer("num_local_experts", "num_experts", "n_routed_experts")
        .ifPresent(value -> out.uint32(key("expert_count"), value));
    config
        .integer("num_experts_per_tok", "num_experts_per_token", "top_k_experts")
        .ifPresent(value -> out.uint32(key("expert_used_count"), value));
    config.integer("n_group").ifPresent(value -> out.uint32(key("expert_group_count"), value));
    config
        .integer("topk_group")
        .ifPresent(value -> out.uint32(key("expert_group_used_count"), value));
    gating(out);
    config
        .integer("head_dim")
        .ifPresent(
            value -> {
              out.uint32(key("attention.key_length"), value);
              out.uint32(key("attention.value_length"), value);
            });
    out.uint32("general.file_type", fileType);
  }

  /// How the experts' scores become weights, where the configuration says so.
  private void gating(MetadataList out) {
    Optional<String> function =
        config.text(
            "score_function",
            "scoring_func",
            "score_func",
            "moe_router_activation",
            "moe_router_activation_func",
            "expert_selection_fn");
    if (function.isEmpty()) {
      return;
    }
    switch (function.get()) {
      case "softmax" -> out.uint32(key("expert_gating_func"), 1);
      case "sigmoid" -> out.uint32(key("expert_gating_func"), 2);
      case "sqrtsoftplus" -> out.uint32(key("expert_gating_func"), 4);
      default ->
          source
              .problems()
              .add(
                  "config.json",
                  "weighs experts by %s, which GGUF has no number for".formatted(function.get()));
    }
  }

  private void rope(MetadataList out) {
    Hyperparameters rope = config.rope();
    String type = rope.text("rope_type").orElse("");
    switch (type.toLowerCase(Locale.ROOT)) {
      case "linear" ->
          rope.number("factor")
              .ifPresent(
                  factor -> {
                    out.text(key("rope.scaling.type"), "linear");
                    out.float32(key("rope.scaling.factor"), factor);
                  });
      case "yarn" -> {
        if (rope.find("factor").isPresent()) {
          yarn(out, rope);
        }
      }
      case "su", "longrope" -> out.text(key("rope.scaling.type"), "longrope");
      case "", "default", "llama3" -> {}
      default ->
          source
              .problems()
              .note("rope_type " + type + " has no counterpart in GGUF and is left out");
    }
    sections(out, rope);
    rope.number("rope_theta").ifPresent(theta -> out.float32(key("rope.freq_base"), theta));
    config
        .slidingRope()
        .number("rope_theta")
        .ifPresent(theta -> out.float32(key("rope.freq_base_swa"), theta));
  }

  private void yarn(MetadataList out, Hyperparameters rope) {
    out.text(key("rope.scaling.type"), "yarn");
    out.float32(key("rope.scaling.factor"), rope.requiredNumber("factor"));
    out.uint32(
        key("rope.scaling.original_context_length"),
        rope.required("original_max_position_embeddings"));
    rope.number("extrapolation_factor")
        .ifPresent(value -> out.float32(key("rope.scaling.yarn_ext_factor"), value));
    rope.number("attention_factor", "attn_factor")
        .ifPresent(value -> out.float32(key("rope.scaling.yarn_attn_factor"), value));
    rope.number("beta_fast")
        .ifPresent(value -> out.float32(key("rope.scaling.yarn_beta_fast"), value));
    rope.number("beta_slow")
        .ifPresent(value -> out.float32(key("rope.scaling.yarn_beta_slow"), value));
  }

  private void sections(MetadataList out, Hyperparameters rope) {
    JsonNode sections = rope.find("mrope_section").orElse(null);
    if (sections != null && sections.isArray()) {
      long[] values = new long[4];
      for (int i = 0; i < values.length; i++) {
        values[i] = sections.path(i).asInt();
      }
      out.put(key("rope.dimension_sections"), MetadataArray.ofIntegers(MetadataType.INT32, values));
    }
  }

  /// How an embedding model makes one vector of many, where its modules say so.
  protected final void pooling(MetadataList out) throws IOException {
    Optional<String> path = Modules.pooling(source.directory(), source.problems());
    if (path.isEmpty()) {
      return;
    }
    ObjectNode pooling =
        source.directory().json(path.get() + "/config.json", source.problems()).orElse(null);
    if (pooling == null) {
      return;
    }
    int type =
        pooling.path("pooling_mode_mean_tokens").asBoolean()
            ? 1
            : pooling.path("pooling_mode_cls_token").asBoolean()
                ? 2
                : pooling.path("pooling_mode_lasttoken").asBoolean()
                    ? 3
                    : switch (pooling.path("pooling_mode").asText()) {
                      case "mean" -> 1;
                      case "cls" -> 2;
                      case "lasttoken" -> 3;
                      default -> 0;
                    };
    if (type == 0) {
      source
          .problems()
          .add(path.get() + "/config.json", "pools neither by mean, nor first or last token");
      return;
    }
    out.uint32(key("pooling_type"), type);
  }

  /// Puts a tensor under its GGUF name, if the family has it and its shape is right.
  protected final void put(String name, Tensor tensor, TensorSink sink) {
    Optional<TensorNames.Target> target = names().find(name);
    if (target.isEmpty()) {
      source
          .problems()
          .add("tensor " + name, "is none that a %s model has".formatted(architecture()));
      return;
    }
    List<Long> expected = target.get().shape();
    // PEFT has the product of an embedding's factors the other way round.
    boolean reversed =
        tensor instanceof LowRank
            && target.get().target().equals("token_embd.weight")
            && expected.reversed().equals(tensor.shape());
    if (!expected.isEmpty() && !reversed && !expected.equals(tensor.shape())) {
      source
          .problems()
          .add(
              "tensor " + name,
              "has shape %s, config.json makes it %s".formatted(tensor.shape(), expected));
      refused.add(target.get().target());
      return;
    }
    sink.put(target.get().target(), tensor);
  }

  /// A key of this architecture.
  protected final String key(String name) {
    return architecture() + "." + name;
  }

  /// Number of blocks.
  protected final long blocks() {
    long blocks = config.required("n_layers", "num_hidden_layers", "n_layer", "num_layers");
    if (blocks > MAX_BLOCKS) {
      source.problems().add("config.json", "a model of " + blocks + " blocks is none we know");
      return 1;
    }
    return blocks;
  }

  private TensorNames names() {
    if (names == null) {
      names = tensorNames();
    }
    return names;
  }

  /// The shape of a stack.
  protected static List<Long> shape(long... extents) {
    List<Long> shape = new ArrayList<>();
    for (long extent : extents) {
      shape.add(extent);
    }
    return shape;
  }
}
