package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import java.io.IOException;

/// Cohere's Command R and Aya 23: one norm for both parts of a block.
final class CommandR extends Family {
  CommandR(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "command-r";
  }

  @Override
  protected TensorNames tensorNames() {
    Decoders.Sizes sizes = Decoders.Sizes.of(config);
    TensorNames names = Decoders.globals(blocks(), sizes);
    Decoders.gated(Decoders.attention(names, sizes), sizes);
    String block = Decoders.BLOCK;
    return names
        .add(block + "input_layernorm", "blk.{}.attn_norm", sizes.embedding())
        .addOptional(block + "self_attn.q_norm", "blk.{}.attn_q_norm")
        .addOptional(block + "self_attn.k_norm", "blk.{}.attn_k_norm");
  }

  @Override
  public void parameters(MetadataList out, int fileType) throws IOException {
    super.parameters(out, fileType);
    // The length it was trained on, which its max_position_embeddings is far below.
    out.uint32(
        key("context_length"), config.required("model_max_length", "max_position_embeddings"));
    out.float32(key("logit_scale"), config.requiredNumber("logit_scale"));
    out.text(key("rope.scaling.type"), "none");
  }
}
