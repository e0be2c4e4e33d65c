package dev.computepool.convert.family;

import dev.computepool.convert.MetadataList;
import dev.computepool.convert.tensor.Tensor;
import dev.computepool.convert.vocab.VocabularyKind;
import java.io.IOException;
import java.util.Optional;

/// Gemma 2: norms before and after each part, soft caps, a sliding window in every other block.
class Gemma2 extends Family {
  Gemma2(Source source) {
    super(source);
  }

  @Override
  public String architecture() {
    return "gemma2";
  }

  @Override
  public VocabularyKind vocabulary() {
    return VocabularyKind.GEMMA2;
  }

  @Override
  protected TensorNames tensorNames() {
    return names(blocks(), Decoders.Sizes.of(config));
  }

  /// The tensors of a Gemma with norms before and after each part.
  static TensorNames names(long blocks, Decoders.Sizes sizes) {
    TensorNames names = Decoders.globals(blocks, sizes);
    Decoders.gated(Decoders.attention(names, sizes), sizes);
    String block = Decoders.BLOCK;
    return names
        .add(block + "input_layernorm", "blk.{}.attn_norm", sizes.embedding())
        .add(block + "post_attention_layernorm", "blk.{}.post_attention_norm", sizes.embedding())
        .add(block + "pre_feedforward_layernorm", "blk.{}.ffn_norm", sizes.embedding())
        .add(block + "post_feedforward_layernorm", "blk.{}.post_ffw_norm", sizes.embedding());
  }

  @Override
  public Optional<String> accept(String name) {
    // The output is the embedding again; some tools store it twice.
    return name.equals("lm_head.weight") ? Optional.empty() : super.accept(name);
  }

  @Override
  public void convert(String name, Tensor tensor, TensorSink sink) {
    // Its norms multiply by 1 + weight.
    put(name, name.endsWith("norm.weight") ? tensor.plus(1) : tensor, sink);
  }

  @Override
  public void parameters(MetadataList out, int fileType) throws IOException {
    long heads = config.required("num_attention_heads");
    out.uint32(key("context_length"), config.required("max_position_embeddings"));
    out.uint32(key("embedding_length"), config.required("hidden_size"));
    out.uint32(key("block_count"), blocks());
    out.uint32(key("feed_forward_length"), config.required("intermediate_size"));
    out.uint32(key("attention.head_count"), heads);
    out.uint32(key("attention.head_count_kv"), config.integer("num_key_value_heads").orElse(heads));
    out.float32(key("attention.layer_norm_rms_epsilon"), config.requiredNumber("rms_norm_eps"));
    out.uint32(key("attention.key_length"), config.required("head_dim"));
    out.uint32(key("attention.value_length"), config.required("head_dim"));
    out.uint32("general.file_type", fileType);
    caps(out);
  }

  /// What came with version 2.
  protected void caps(MetadataList out) {
    out.float32(key("attn_logit_softcapping"), config.requiredNumber("attn_logit_softcapping"));
    out.float32(key("final_logit_softcapping"), config.requiredNumber("final_logit_softcapping"));
    out.uint32(key("attention.sliding_window"), config.required("sliding_window"));
  }
}
