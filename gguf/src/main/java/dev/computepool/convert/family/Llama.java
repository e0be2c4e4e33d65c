package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Stored;
import dev.computepool.convert.tensor.Tensor;
import dev.computepool.convert.vocab.VocabularyKind;
import java.io.IOException;
import java.util.Optional;

/// Llama and what is built like it: Mistral, SmolLM.
class Llama extends Family {
  Llama(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "llama";
  }

  @Override
  public VocabularyKind vocabulary() {
    return VocabularyKind.LLAMA;
  }

  @Override
  protected TensorNames tensorNames() {
    return Decoders.all(blocks(), Decoders.Sizes.of(config));
  }

  @Override
  public Optional<String> accept(String name) {
    return super.accept(name.replace("text_model.", ""));
  }

  @Override
  public void extraTensors(TensorSink sink, MetadataList early) {
    Hyperparameters rope = config.rope();
    if (rope.text("rope_type").orElse("").equalsIgnoreCase("llama3")) {
      sink.put("rope_freqs.weight", Stored.of(ropeFactors(rope, headSize())));
    }
  }

  /// By what each frequency is divided: the low ones by the factor, the high ones by 1, those
  /// between by something between. Computed in single precision, as PyTorch does.
  private static float[] ropeFactors(Hyperparameters rope, long size) {
    double base = rope.number("rope_theta").orElse(10_000);
    float factor = (float) rope.number("factor").orElse(8);
    double low = rope.number("low_freq_factor").orElse(1);
    double high = rope.number("high_freq_factor").orElse(4);
    double context = rope.number("original_max_position_embeddings").orElse(8192);
    float[] factors = new float[(int) ((size + 1) / 2)];
    for (int i = 0; i < factors.length; i++) {
      float exponent = (float) (2 * i) / size;
      float frequency = 1 / (float) Math.pow((float) base, exponent);
      float length = 1 / frequency * (float) (2 * Math.PI);
      if (length < (float) (context / high)) {
        factors[i] = 1;
      } else if (length > (float) (context / low)) {
        factors[i] = factor;
      } else {
        float smooth = (1 / length * (float) context - (float) low) / (float) (high - low);
        factors[i] = 1 / ((1 - smooth) / factor + smooth);
      }
    }
    return factors;
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    put(name, rotated(name, tensor), sink);
  }

  /// Queries and keys with their rows in the order in which ggml rotates them.
  protected final Tensor rotated(String name, Tensor tensor) {
    long heads = config.required("n_heads", "num_attention_heads");
    try {
      if (name.endsWith("q_proj.weight") || name.endsWith("q_proj.bias")) {
        return Heads.interleaved(tensor, heads);
      }
      if (name.endsWith("k_proj.weight") || name.endsWith("k_proj.bias")) {
        return Heads.interleaved(
            tensor, config.integer("n_kv_heads", "num_key_value_heads").orElse(heads));
      }
    } catch (IllegalArgumentException e) {
      source.problems().add("tensor " + name, String.valueOf(e.getMessage()));
    }
    return tensor;
  }

  @Override
  public void parameters(MetadataList out, int fileType) throws IOException {
    super.parameters(out, fileType);
    out.uint32(key("vocab_size"), config.required("vocab_size"));
    out.uint32(key("rope.dimension_count"), headSize());
  }

  /// Numbers of a head.
  protected long headSize() {
    return config
        .integer("head_dim")
        .orElse(config.required("hidden_size") / config.required("num_attention_heads"));
  }
}
