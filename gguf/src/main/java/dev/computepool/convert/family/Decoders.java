package dev.computepool.convert.family;

/// The tensors that most decoders have under the same names.
final class Decoders {
  static final String BLOCK = "model.layers.{}.";

  private Decoders() {}

  /// Sizes of a decoder.
  ///
  /// @param embedding numbers of a token's vector
  /// @param queries rows of all queries together
  /// @param keys rows of all keys together, and of all values
  /// @param feedForward numbers in the middle of the feed-forward part
  record Sizes(long vocabulary, long embedding, long queries, long keys, long feedForward) {
    static Sizes of(Hyperparameters config) {
      long embedding = config.required("hidden_size");
      long heads = config.required("num_attention_heads");
      long headSize = config.integer("head_dim").orElse(embedding / heads);
      long keyHeads = config.integer("num_key_value_heads").orElse(heads);
      return new Sizes(
          config.required("vocab_size"),
          embedding,
          heads * headSize,
          keyHeads * headSize,
          config.required("intermediate_size"));
    }
  }

  /// Embedding, final norm and output.
  static TensorNames globals(long blocks, Sizes sizes) {
    return new TensorNames(blocks)
        .add("model.embed_tokens", "token_embd", sizes.vocabulary, sizes.embedding)
        .add("model.norm", "output_norm", sizes.embedding)
        .addOptional("lm_head", "output", sizes.vocabulary, sizes.embedding);
  }

  /// Queries, keys, values and their output.
  static TensorNames attention(TensorNames names, Sizes sizes) {
    String attention = BLOCK + "self_attn.";
    return names
        .add(attention + "q_proj", "blk.{}.attn_q", sizes.queries, sizes.embedding)
        .add(attention + "k_proj", "blk.{}.attn_k", sizes.keys, sizes.embedding)
        .add(attention + "v_proj", "blk.{}.attn_v", sizes.keys, sizes.embedding)
        .add(attention + "o_proj", "blk.{}.attn_output", sizes.embedding, sizes.queries);
  }

  /// The feed-forward part with a gate.
  static TensorNames gated(TensorNames names, Sizes sizes) {
    return names
        .add(BLOCK + "mlp.gate_proj", "blk.{}.ffn_gate", sizes.feedForward, sizes.embedding)
        .add(BLOCK + "mlp.up_proj", "blk.{}.ffn_up", sizes.feedForward, sizes.embedding)
        .add(BLOCK + "mlp.down_proj", "blk.{}.ffn_down", sizes.embedding, sizes.feedForward);
  }

  /// A norm before the attention and one before the feed-forward part.
  static TensorNames norms(TensorNames names, Sizes sizes) {
    return names
        .add(BLOCK + "input_layernorm", "blk.{}.attn_norm", sizes.embedding)
        .add(BLOCK + "post_attention_layernorm", "blk.{}.ffn_norm", sizes.embedding);
  }

  /// All of these.
  static TensorNames all(long blocks, Sizes sizes) {
    return gated(attention(norms(globals(blocks, sizes), sizes), sizes), sizes);
  }
}
