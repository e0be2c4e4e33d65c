package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import java.io.IOException;

/// IBM's Granite 3: a Llama with four multipliers.
final class Granite extends Llama {
  Granite(Source source) {
    super(source);
    source.config().tree().remove("head_dim"); // the family has none
  }

  @Override
  public String architecture() {
    return "granite";
  }

  @Override
  public void parameters(MetadataList out, int fileType) throws IOException {
    super.parameters(out, fileType);
    scale(out, "attention_multiplier", "attention.scale");
    scale(out, "embedding_multiplier", "embedding_scale");
    scale(out, "residual_multiplier", "residual_scale");
    scale(out, "logits_scaling", "logit_scale");
  }

  private void scale(MetadataList out, String name, String key) {
    double value = config.number(name).orElse(0);
    if (value != 0) {
      out.float32(key(key), value);
    }
  }
}
