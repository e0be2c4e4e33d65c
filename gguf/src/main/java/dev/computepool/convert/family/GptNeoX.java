package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Tensor;

/// GPT-NeoX and Pythia: queries, keys and values of a head side by side.
final class GptNeoX extends Family {
  private static final String BLOCK = "gpt_neox.layers.{}.";
  private static final double DEFAULT_ROTATED = 0.25;

  GptNeoX(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "gptneox";
  }

  @Override
  protected TensorNames tensorNames() {
    long embedding = config.required("hidden_size");
    long middle = config.required("intermediate_size");
    long vocabulary = config.required("vocab_size");
    return new TensorNames(blocks())
        .add("gpt_neox.embed_in", "token_embd", vocabulary, embedding)
        .add("gpt_neox.final_layer_norm", "output_norm", embedding)
        .addOptional("embed_out", "output", vocabulary, embedding)
        .add(BLOCK + "input_layernorm", "blk.{}.attn_norm", embedding)
        .add(BLOCK + "post_attention_layernorm", "blk.{}.ffn_norm", embedding)
        .add(BLOCK + "attention.query_key_value", "blk.{}.attn_qkv", 3 * embedding, embedding)
        .add(BLOCK + "attention.dense", "blk.{}.attn_output", embedding, embedding)
        .add(BLOCK + "mlp.dense_h_to_4h", "blk.{}.ffn_up", middle, embedding)
        .add(BLOCK + "mlp.dense_4h_to_h", "blk.{}.ffn_down", embedding, middle);
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    Tensor changed = tensor;
    if (name.contains(".attention.query_key_value.")) {
      try {
        // Each head is a group of one query, one key and one value.
        changed = Heads.ungrouped(tensor, config.required("num_attention_heads"), 1);
      } catch (IllegalArgumentException e) {
        source.problems().add("tensor " + name, String.valueOf(e.getMessage()));
        return;
      }
    }
    put(name, changed, sink);
  }

  @Override
  public void parameters(MetadataList out, int fileType) {
    long embedding = config.required("hidden_size");
    long heads = config.required("num_attention_heads");
    long headSize = embedding / heads;
    double rotated =
        config
            .number("rotary_pct")
            .orElse(config.rope().number("partial_rotary_factor").orElse(DEFAULT_ROTATED));
    out.uint32(key("context_length"), config.required("max_position_embeddings"));
    out.uint32(key("embedding_length"), embedding);
    out.uint32(key("block_count"), blocks());
    out.uint32(key("feed_forward_length"), config.required("intermediate_size"));
    out.uint32(key("rope.dimension_count"), (long) (rotated * headSize));
    out.uint32(key("attention.head_count"), heads);
    out.bool(key("use_parallel_residual"), config.flag("use_parallel_residual", true));
    out.float32(key("attention.layer_norm_epsilon"), config.requiredNumber("layer_norm_eps"));
  }
}
