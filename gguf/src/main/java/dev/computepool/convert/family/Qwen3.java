package dev.computepool.convert.family;

/// Qwen 3: a Qwen 2 with norms on queries and keys in place of biases.
final class Qwen3 extends Qwen2 {
  Qwen3(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "qwen3";
  }

  @Override
  protected TensorNames tensorNames() {
    long headSize = config.required("head_dim");
    return super.tensorNames()
        .add(Decoders.BLOCK + "self_attn.q_norm", "blk.{}.attn_q_norm", headSize)
        .add(Decoders.BLOCK + "self_attn.k_norm", "blk.{}.attn_k_norm", headSize);
  }
}
