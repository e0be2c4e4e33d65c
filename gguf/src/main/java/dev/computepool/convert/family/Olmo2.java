package dev.computepool.convert.family;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.convert.MetadataList;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// AllenAI's OLMo 2 and 3: norms after each part and on queries and keys; in version 3, all blocks
/// but every fourth have a sliding window.
final class Olmo2 extends Family {
  private static final int FULL_EACH = 4;

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

  @Override
  public void parameters(MetadataList out, int fileType) throws IOException {
    super.parameters(out, fileType);
    if (!config.has("sliding_window")) {
      return;
    }
    out.uint32(key("attention.sliding_window"), config.required("sliding_window"));
    List<MetadataValue> pattern = new ArrayList<>();
    Optional<JsonNode> types = config.find("layer_types");
    for (int block = 0; block < blocks(); block++) {
      boolean slides =
          types.isPresent()
              ? types.get().path(block).asText().equals("sliding_attention")
              : (block + 1) % FULL_EACH != 0;
      pattern.add(new MetadataValue.Bool(slides));
    }
    out.put(key("attention.sliding_window_pattern"), MetadataArray.of(MetadataType.BOOL, pattern));
  }
}
