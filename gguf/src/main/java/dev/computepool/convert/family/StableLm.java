package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Tensor;
import java.util.List;

/// StableLM 2 and 3B: a part of each head rotates; some have a norm on each query and key.
final class StableLm extends Family {
  private final Stacks queryNorms;
  private final Stacks keyNorms;

  StableLm(Source source) {
    super(source);
    queryNorms = norms("q_layernorm", config.required("num_attention_heads"));
    keyNorms = norms("k_layernorm", config.required("num_key_value_heads"));
  }

  private Stacks norms(String kind, long count) {
    return new Stacks(
        "model\\.layers\\.(?<block>\\d{1,5})\\.self_attn\\.(?<kind>%s)\\.norms\\.(?<number>\\d{1,5})\\.weight"
            .formatted(kind),
        count,
        List.of(kind),
        source.problems());
  }

  @Override
  public String architecture() {
    return "stablelm";
  }

  @Override
  protected TensorNames tensorNames() {
    Decoders.Sizes sizes = Decoders.Sizes.of(config);
    TensorNames names = Decoders.globals(blocks(), sizes);
    Decoders.gated(Decoders.attention(names, sizes), sizes);
    String block = Decoders.BLOCK;
    return names
        .add(block + "input_layernorm", "blk.{}.attn_norm", sizes.embedding())
        .addOptional(block + "post_attention_layernorm", "blk.{}.ffn_norm", sizes.embedding())
        .addOptional(block + "self_attn.q_layernorm", "blk.{}.attn_q_norm")
        .addOptional(block + "self_attn.k_layernorm", "blk.{}.attn_k_norm");
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    String prefix = "model.layers.%d.self_attn.".formatted(TensorNames.blockOf(name));
    Stacks.Consumer consumer = (kind, stack) -> put(prefix + kind + ".weight", stack, sink);
    if (!queryNorms.take(name, tensor, consumer) && !keyNorms.take(name, tensor, consumer)) {
      put(name, tensor, sink);
    }
  }

  @Override
  public void finish() {
    queryNorms.finish();
    keyNorms.finish();
  }

  @Override
  public void parameters(MetadataList out, int fileType) {
    long embedding = config.required("hidden_size");
    long heads = config.required("num_attention_heads");
    long headSize = embedding / heads;
    double rotated = config.rope().requiredNumber("partial_rotary_factor");
    out.uint32(key("context_length"), config.required("max_position_embeddings"));
    out.uint32(key("embedding_length"), embedding);
    out.uint32(key("block_count"), blocks());
    out.uint32(key("feed_forward_length"), config.required("intermediate_size"));
    out.uint32(key("rope.dimension_count"), (long) (rotated * headSize));
    out.uint32(key("attention.head_count"), heads);
    out.uint32(key("attention.head_count_kv"), config.required("num_key_value_heads"));
    out.bool(key("use_parallel_residual"), config.flag("use_parallel_residual", true));
    out.float32(
        key("attention.layer_norm_epsilon"), config.requiredNumber("layer_norm_eps", "norm_eps"));
    out.uint32("general.file_type", fileType);
  }
}
