package dev.computepool.convert.family;

/// Qwen 3 with experts, none of them shared.
final class Qwen3Moe extends Qwen2Moe {
  Qwen3Moe(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "qwen3moe";
  }

  @Override
  protected void addMore(TensorNames names, long embedding) {
    long headSize =
        config.integer("head_dim").orElse(embedding / config.required("num_attention_heads"));
    names
        .add(Decoders.BLOCK + "self_attn.q_norm", "blk.{}.attn_q_norm", headSize)
        .add(Decoders.BLOCK + "self_attn.k_norm", "blk.{}.attn_k_norm", headSize);
  }
}
