package dev.computepool.convert.family;

/// StarCoder 2: biases everywhere, and a feed-forward part without a gate.
final class StarCoder2 extends Family {
  StarCoder2(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "starcoder2";
  }

  @Override
  protected TensorNames tensorNames() {
    Decoders.Sizes sizes = Decoders.Sizes.of(config);
    TensorNames names = Decoders.globals(blocks(), sizes);
    Decoders.attention(Decoders.norms(names, sizes), sizes);
    return names
        .add(Decoders.BLOCK + "mlp.c_fc", "blk.{}.ffn_up", sizes.feedForward(), sizes.embedding())
        .add(
            Decoders.BLOCK + "mlp.c_proj",
            "blk.{}.ffn_down",
            sizes.embedding(),
            sizes.feedForward());
  }
}
