package dev.computepool.convert.family;

import dev.computepool.convert.tensor.Tensor;
import java.util.List;

/// Mixtral: a Llama whose feed-forward part is one of several experts.
final class Mixtral extends Llama {
  private final Stacks experts;

  Mixtral(Source source) {
    super(source);
    experts =
        new Stacks(
            "model\\.layers\\.(?<block>\\d{1,5})\\.block_sparse_moe\\.experts"
                + "\\.(?<number>\\d{1,5})\\.(?<kind>w[123])\\.weight",
            config.required("num_local_experts"),
            List.of("w1", "w2", "w3"),
            source.problems());
  }

  @Override
  protected TensorNames tensorNames() {
    Decoders.Sizes sizes = Decoders.Sizes.of(config);
    long count = config.required("num_local_experts");
    TensorNames names = Decoders.globals(blocks(), sizes);
    Decoders.attention(Decoders.norms(names, sizes), sizes);
    return names
        .add(
            Decoders.BLOCK + "block_sparse_moe.gate",
            "blk.{}.ffn_gate_inp",
            count,
            sizes.embedding())
        .add("stack.{}.w1", "blk.{}.ffn_gate_exps", count, sizes.feedForward(), sizes.embedding())
        .add("stack.{}.w2", "blk.{}.ffn_down_exps", count, sizes.embedding(), sizes.feedForward())
        .add("stack.{}.w3", "blk.{}.ffn_up_exps", count, sizes.feedForward(), sizes.embedding());
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    int block = TensorNames.blockOf(name);
    boolean expert =
        experts.take(
            name,
            tensor,
            (kind, stack) -> put("stack.%d.%s.weight".formatted(block, kind), stack, sink));
    if (!expert) {
      super.convert(name, tensor, sink);
    }
  }

  @Override
  public void finish() {
    experts.finish();
  }
}
