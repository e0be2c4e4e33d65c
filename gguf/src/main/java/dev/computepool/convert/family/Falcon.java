package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Tensor;

/// Falcon 7B and 40B: groups of queries that share a key and a value.
final class Falcon extends Family {
  private static final String BLOCK = "transformer.h.{}.";
  private static final int CONTEXT = 2048; // no file tells it

  Falcon(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "falcon";
  }

  private long heads() {
    return config.required("num_attention_heads", "n_head");
  }

  private long keyHeads() {
    // Only the newer layout has more than one where all queries share.
    boolean one =
        config.flag("multi_query", false) && !config.flag("new_decoder_architecture", false);
    return one ? 1 : config.integer("num_kv_heads", "n_head_kv").orElse(1);
  }

  @Override
  protected TensorNames tensorNames() {
    long embedding = config.required("hidden_size");
    long vocabulary = config.required("vocab_size");
    long all = (heads() + 2 * keyHeads()) * (embedding / heads());
    return new TensorNames(blocks())
        .add("transformer.word_embeddings", "token_embd", vocabulary, embedding)
        .add("transformer.ln_f", "output_norm", embedding)
        .addOptional("lm_head", "output", vocabulary, embedding)
        .addOptional(BLOCK + "input_layernorm", "blk.{}.attn_norm", embedding)
        .addOptional(BLOCK + "ln_mlp", "blk.{}.attn_norm", embedding)
        .addOptional(BLOCK + "ln_attn", "blk.{}.attn_norm_2", embedding)
        .add(BLOCK + "self_attention.query_key_value", "blk.{}.attn_qkv", all, embedding)
        .add(BLOCK + "self_attention.dense", "blk.{}.attn_output", embedding, embedding)
        .add(BLOCK + "mlp.dense_h_to_4h", "blk.{}.ffn_up", 4 * embedding, embedding)
        .add(BLOCK + "mlp.dense_4h_to_h", "blk.{}.ffn_down", embedding, 4 * embedding);
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    Tensor changed = tensor;
    if (name.contains("query_key_value")) {
      try {
        changed = Heads.ungrouped(tensor, keyHeads(), heads() / keyHeads());
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
    out.uint32(key("context_length"), CONTEXT);
    out.text(key("tensor_data_layout"), "jploski");
    out.uint32(key("embedding_length"), embedding);
    out.uint32(key("feed_forward_length"), 4 * embedding);
    out.uint32(key("block_count"), blocks());
    out.uint32(key("attention.head_count"), heads());
    out.uint32(key("attention.head_count_kv"), keyHeads());
    out.float32(key("attention.layer_norm_epsilon"), config.requiredNumber("layer_norm_epsilon"));
    out.uint32("general.file_type", fileType);
  }
}
