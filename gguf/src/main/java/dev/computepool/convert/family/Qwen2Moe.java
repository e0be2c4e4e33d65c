package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Tensor;
import java.io.IOException;
import java.util.List;

/// Qwen 1.5 and 2 with experts, and one that all tokens share.
class Qwen2Moe extends Family {
  private final Stacks experts;

  Qwen2Moe(Source source) {
    super(source);
    experts =
        new Stacks(
            "model\\.layers\\.(?<block>\\d{1,5})\\.mlp\\.experts\\.(?<number>\\d{1,5})"
                + "\\.(?<kind>down_proj|gate_proj|up_proj)\\.weight",
            expertCount(),
            List.of("down_proj", "gate_proj", "up_proj"),
            source.problems());
  }

  @Override
  public String architecture() {
    return "qwen2moe";
  }

  private long expertCount() {
    return config.required("num_local_experts", "num_experts");
  }

  @Override
  protected TensorNames tensorNames() {
    Decoders.Sizes sizes = Decoders.Sizes.of(config);
    long embedding = sizes.embedding();
    TensorNames names = Decoders.globals(blocks(), sizes);
    Decoders.attention(Decoders.norms(names, sizes), sizes);
    long count = expertCount();
    long size = config.required("moe_intermediate_size");
    String mlp = Decoders.BLOCK + "mlp.";
    names
        .addOptional(mlp + "gate", "blk.{}.ffn_gate_inp", count, embedding)
        .addOptional(mlp + "experts.gate_proj", "blk.{}.ffn_gate_exps", count, size, embedding)
        .addOptional(mlp + "experts.up_proj", "blk.{}.ffn_up_exps", count, size, embedding)
        .addOptional(mlp + "experts.down_proj", "blk.{}.ffn_down_exps", count, embedding, size)
        // Some of its blocks may be without experts.
        .addOptional(mlp + "gate_proj", "blk.{}.ffn_gate", sizes.feedForward(), embedding)
        .addOptional(mlp + "up_proj", "blk.{}.ffn_up", sizes.feedForward(), embedding)
        .addOptional(mlp + "down_proj", "blk.{}.ffn_down", embedding, sizes.feedForward());
    addMore(names, embedding);
    return names;
  }

  /// Adds what is not in every model with experts.
  protected void addMore(TensorNames names, long embedding) {
    long shared = config.required("shared_expert_intermediate_size");
    String mlp = Decoders.BLOCK + "mlp.";
    names
        .addOptional(mlp + "shared_expert_gate", "blk.{}.ffn_gate_inp_shexp", 1, embedding)
        .addOptional(mlp + "shared_expert.gate_proj", "blk.{}.ffn_gate_shexp", shared, embedding)
        .addOptional(mlp + "shared_expert.up_proj", "blk.{}.ffn_up_shexp", shared, embedding)
        .addOptional(mlp + "shared_expert.down_proj", "blk.{}.ffn_down_shexp", embedding, shared);
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    String prefix = "model.layers.%d.mlp.experts.".formatted(TensorNames.blockOf(name));
    if (experts.take(name, tensor, (kind, stack) -> put(prefix + kind + ".weight", stack, sink))) {
      return;
    }
    // Newer files have the experts of a block in one tensor, gate and up side by side.
    if (name.equals(prefix + "gate_up_proj") || name.equals(prefix + "gate_up_proj.weight")) {
      List<Long> shape = tensor.shape();
      if (shape.size() != 3 || shape.get(1) % 2 != 0) {
        source
            .problems()
            .add("tensor " + name, "has shape " + shape + ", no stack of gates and ups");
        return;
      }
      long half = shape.get(1) / 2;
      put(prefix + "gate_proj.weight", tensor.slice(0, half), sink);
      put(prefix + "up_proj.weight", tensor.slice(half, 2 * half), sink);
    } else if (name.equals(prefix + "down_proj")) {
      put(name + ".weight", tensor, sink);
    } else {
      put(name, tensor, sink);
    }
  }

  @Override
  public void finish() {
    experts.finish();
  }

  @Override
  public void parameters(MetadataList out, int fileType) throws IOException {
    super.parameters(out, fileType);
    config
        .integer("moe_intermediate_size")
        .ifPresent(value -> out.uint32(key("expert_feed_forward_length"), value));
    config
        .integer("shared_expert_intermediate_size")
        .ifPresent(value -> out.uint32(key("expert_shared_feed_forward_length"), value));
  }
}
