package dev.computepool.convert.family;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Stored;
import dev.computepool.convert.vocab.VocabularyKind;
import java.util.Locale;
import java.util.Optional;

/// Phi 3, 3.5 and 4 (mini): queries, keys and values in one tensor, gate and up in another.
final class Phi3 extends Family {
  Phi3(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "phi3";
  }

  @Override
  public VocabularyKind vocabulary() {
    return VocabularyKind.PHI3;
  }

  @Override
  protected TensorNames tensorNames() {
    Decoders.Sizes sizes = Decoders.Sizes.of(config);
    TensorNames names = Decoders.norms(Decoders.globals(blocks(), sizes), sizes);
    long all = sizes.queries() + 2 * sizes.keys();
    long embedding = sizes.embedding();
    String block = Decoders.BLOCK;
    return names
        .add(block + "self_attn.qkv_proj", "blk.{}.attn_qkv", all, embedding)
        .add(block + "self_attn.o_proj", "blk.{}.attn_output", embedding, sizes.queries())
        .add(block + "mlp.gate_up_proj", "blk.{}.ffn_up", 2 * sizes.feedForward(), embedding)
        .add(block + "mlp.down_proj", "blk.{}.ffn_down", embedding, sizes.feedForward());
  }

  private long rotated() {
    double part = config.rope().number("partial_rotary_factor").orElse(1);
    long heads = config.required("num_attention_heads", "n_head");
    return (long) (part * config.required("hidden_size", "n_embd")) / heads;
  }

  @Override
  public void extraTensors(TensorSink sink, MetadataList early) {
    Hyperparameters rope = config.rope();
    Optional<JsonNode> longFactors = rope.find("long_factor").filter(f -> !f.isEmpty());
    if (longFactors.isEmpty()) {
      return;
    }
    double context = config.required("n_positions", "max_position_embeddings");
    double original = rope.required("original_max_position_embeddings");
    double scale = context / original;
    String type = rope.text("rope_type").orElse("").toLowerCase(Locale.ROOT);
    double factor =
        switch (type) {
          case "su", "longrope" ->
              scale > 1 ? Math.sqrt(1 + Math.log(scale) / Math.log(original)) : 1;
          case "yarn" -> scale > 1 ? 0.1 * Math.log(scale) + 1 : 1;
          default -> {
            source
                .problems()
                .add("config.json", "rope_type is " + type + ", which Phi 3 does not have");
            yield 1;
          }
        };
    early.float32(key("rope.scaling.attn_factor"), factor);
    factors("long_factor", longFactors.get())
        .ifPresent(tensor -> sink.put("rope_factors_long.weight", tensor));
    Optional<JsonNode> shortFactors = rope.find("short_factor");
    if (shortFactors.isEmpty()) {
      source.problems().add("config.json", "has long_factor but no short_factor");
      return;
    }
    factors("short_factor", shortFactors.get())
        .ifPresent(tensor -> sink.put("rope_factors_short.weight", tensor));
  }

  private Optional<Stored> factors(String name, JsonNode list) {
    if (!list.isArray() || 2L * list.size() != rotated()) {
      source
          .problems()
          .add(
              "config.json",
              "%s has %d numbers, half of the %d that rotate were expected"
                  .formatted(name, list.size(), rotated()));
      return Optional.empty();
    }
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!list.get(i).isNumber()) {
        source.problems().add("config.json", name + " has " + list.get(i) + ", no number");
        return Optional.empty();
      }
      numbers[i] = (float) list.get(i).asDouble();
    }
    return Optional.of(Stored.of(numbers));
  }

  @Override
  public void parameters(MetadataList out, int fileType) {
    Hyperparameters rope = config.rope();
    long heads = config.required("num_attention_heads", "n_head");
    out.uint32(key("context_length"), config.required("n_positions", "max_position_embeddings"));
    out.uint32(
        key("rope.scaling.original_context_length"),
        rope.required("original_max_position_embeddings"));
    out.uint32(key("embedding_length"), config.required("hidden_size", "n_embd"));
    out.uint32(key("feed_forward_length"), config.required("intermediate_size"));
    out.uint32(key("block_count"), blocks());
    out.uint32(key("attention.head_count"), heads);
    out.uint32(
        key("attention.head_count_kv"),
        config.integer("num_key_value_heads", "n_head_kv").orElse(heads));
    out.float32(key("attention.layer_norm_rms_epsilon"), config.requiredNumber("rms_norm_eps"));
    out.uint32(key("rope.dimension_count"), rotated());
    out.float32(key("rope.freq_base"), rope.requiredNumber("rope_theta"));
    out.uint32("general.file_type", fileType);
    // 0 tells Phi 4 from its predecessors.
    out.uint32(key("attention.sliding_window"), config.integer("sliding_window").orElse(0));
  }
}
