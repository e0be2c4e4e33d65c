package dev.computepool.convert.family;

/// AllenAI's OLMo 2: norms after each part and on queries and keys.
final class Olmo2 extends Family {
  Olmo2(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "olmo2";
  }

  @Override
  protected TensorNames tensorNames() {
    Decoders.Sizes sizes = Decoders.Sizes.of(config);
    TensorNames names = Decoders.globals(blocks(), sizes);
    Decoders.gated(Decoders.attention(names, sizes), sizes);
    String block = Decoders.BLOCK;
    return names
        .add(block + "post_attention_layernorm", "blk.{}.post_attention_norm", sizes.embedding())
        .add(block + "post_feedforward_layernorm", "blk.{}.post_ffw_norm", sizes.embedding())
        .add(block + "self_attn.q_norm", "blk.{}.attn_q_norm", sizes.queries())
        .add(block + "self_attn.k_norm", "blk.{}.attn_k_norm", sizes.keys());
  }
}
