package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/// GPT-2, whose matrices are stored the other way round.
final class Gpt2 extends Family {
  private static final List<String> TRANSPOSED =
      List.of(".c_attn.weight", ".c_proj.weight", ".c_fc.weight");

  Gpt2(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "gpt2";
  }

  private long embedding() {
    return config.required("n_embd");
  }

  @Override
  protected TensorNames tensorNames() {
    long embedding = embedding();
    long middle = config.integer("n_inner").orElse(4 * embedding);
    long vocabulary = config.required("vocab_size");
    return new TensorNames(blocks())
        .add("wte", "token_embd", vocabulary, embedding)
        .add("wpe", "position_embd", config.required("n_positions", "n_ctx"), embedding)
        .add("ln_f", "output_norm", embedding)
        .addOptional("lm_head", "output", vocabulary, embedding)
        .add("h.{}.ln_1", "blk.{}.attn_norm", embedding)
        .add("h.{}.attn.c_attn", "blk.{}.attn_qkv", 3 * embedding, embedding)
        .add("h.{}.attn.c_proj", "blk.{}.attn_output", embedding, embedding)
        .add("h.{}.ln_2", "blk.{}.ffn_norm", embedding)
        .add("h.{}.mlp.c_fc", "blk.{}.ffn_up", middle, embedding)
        .add("h.{}.mlp.c_proj", "blk.{}.ffn_down", embedding, middle);
  }

  @Override
  public Optional<String> accept(String name) {
    // Old files have the causal mask, and no first part in the names.
    if (name.endsWith(".attn.bias") || name.endsWith(".attn.masked_bias")) {
      return Optional.empty();
    }
    return super.accept(name).map(accepted -> accepted.replaceFirst("^transformer\\.", ""));
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    boolean transposed = TRANSPOSED.stream().anyMatch(name::endsWith) && tensor.shape().size() == 2;
    put(name, transposed ? tensor.transposed() : tensor, sink);
  }

  @Override
  public void parameters(MetadataList out, int fileType) {
    out.uint32(key("block_count"), blocks());
    out.uint32(key("context_length"), config.required("n_ctx", "n_positions"));
    out.uint32(key("embedding_length"), embedding());
    out.uint32(key("feed_forward_length"), config.integer("n_inner").orElse(4 * embedding()));
    out.uint32(key("attention.head_count"), config.required("n_head"));
    out.float32(key("attention.layer_norm_epsilon"), config.requiredNumber("layer_norm_epsilon"));
    out.uint32("general.file_type", fileType);
  }
}
