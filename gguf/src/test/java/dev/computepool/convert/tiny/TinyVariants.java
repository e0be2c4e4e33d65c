package dev.computepool.convert.tiny;

import static dev.computepool.convert.tiny.TinyFamilies.EMBEDDING;
import static dev.computepool.convert.tiny.TinyFamilies.HEAD;
import static dev.computepool.convert.tiny.TinyFamilies.MIDDLE;
import static dev.computepool.convert.tiny.TinyFamilies.config;
import static dev.computepool.convert.tiny.TinyTokenizer.BYTE_PAIR;
import static dev.computepool.convert.tiny.TinyTokenizer.SENTENCE_PIECE;

import dev.computepool.safetensors.Dtype;
import java.util.List;

/// Models that are a family's and yet converted otherwise: by their name, their configuration or
/// the way their weights were saved.
final class TinyVariants {
  /// The tokenizer's own keys, and two tokens more.
  private static final String ANSWERING =
      """
      {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|pad|>",
       "additional_special_tokens": ["no", "yes"], "add_prefix_space": false,
       "chat_template": "", "add_eos_token": "never",
       "tokenizer_class": "PreTrainedTokenizerFast"}\
      """;

  private TinyVariants() {}

  static List<TinyModel> all() {
    return List.of(
        reranker("Qwen3-Reranker-Tiny", true),
        reranker("ranker", false)
            .file("README.md", "---\nlicense: mit\n---\n# Qwen3-Reranker-Tiny\n"),
        olmo("olmo2-windows", "Olmo2ForCausalLM", "olmo2", "'sliding_window': 32"),
        olmo("olmo3", "Olmo3ForCausalLM", "olmo3", "'rope_theta': 10000.0"),
        blocks(),
        rows(),
        stackedBlocks(),
        misplacedContext(),
        expertGroups());
  }

  private static TinyModel reranker(String name, boolean tied) {
    TinyModel model = new TinyModel(name, Dtype.BF16, BYTE_PAIR, "qwen2");
    TinyFamilies.decoder(model, !tied, HEAD, false);
    return TinyFamilies.vectors(model, HEAD, "self_attn.q_norm.weight", "self_attn.k_norm.weight")
        .config(
            config(
                "Qwen3ForCausalLM",
                "qwen3",
                "'head_dim': %d, 'tie_word_embeddings': %s".formatted(HEAD, tied)))
        .file("tokenizer_config.json", ANSWERING);
  }

  private static TinyModel olmo(String name, String architecture, String type, String more) {
    TinyModel model = new TinyModel(name, Dtype.F16, BYTE_PAIR, "qwen2");
    return TinyFamilies.olmoTensors(model).config(config(architecture, type, more));
  }

  /// A factor for each block of 24 rows and 40 columns, the last ones not whole.
  private static TinyModel blocks() {
    TinyModel model = new TinyModel("qwen3-fp8", Dtype.BF16, BYTE_PAIR, "qwen2");
    TinyFamilies.globals(model, true);
    TinyFamilies.norms(model);
    TinyFamilies.vectors(model, HEAD, "self_attn.q_norm.weight", "self_attn.k_norm.weight");
    eightBits(model, 24, 40, "_scale_inv", Dtype.F32);
    return model.config(
        config(
            "Qwen3ForCausalLM",
            "qwen3",
            "'head_dim': %d, 'quantization_config': {'quant_method': 'fp8', ".formatted(HEAD)
                + "'activation_scheme': 'dynamic', 'weight_block_size': [24, 40]}"));
  }

  /// All experts of a block in one tensor, with factors for blocks of each.
  private static TinyModel stackedBlocks() {
    TinyModel model = new TinyModel("qwen3moe-fp8", Dtype.BF16, BYTE_PAIR, "qwen2");
    TinyFamilies.stackedExperts(model, Dtype.F8_E4M3);
    TinyFamilies.blocks()
        .forEach(
            block -> {
              String experts = "model.layers." + block + ".mlp.experts.";
              long count = TinyFamilies.EXPERTS;
              // [64, EMBEDDING] and [EMBEDDING, 32] in blocks of [24, 40]
              long rows = Math.ceilDiv(EMBEDDING, 24);
              long columns = Math.ceilDiv(EMBEDDING, 40);
              model.tensor(experts + "gate_up_proj_scale_inv", Dtype.F32, count, 3, columns);
              model.tensor(experts + "down_proj_scale_inv", Dtype.F32, count, rows, 1);
            });
    return model.config(
        TinyFamilies.qwen3MoeConfig(
            ", 'quantization_config': {'quant_method': 'fp8', "
                + "'activation_scheme': 'dynamic', 'weight_block_size': [24, 40]}"));
  }

  /// A factor for each row.
  private static TinyModel rows() {
    TinyModel model = new TinyModel("llama-fp8", Dtype.BF16, SENTENCE_PIECE, "default");
    TinyFamilies.globals(model, true);
    TinyFamilies.norms(model);
    eightBits(model, 1, EMBEDDING + MIDDLE, "_scale", Dtype.BF16);
    return model.config(
        config(
            "LlamaForCausalLM",
            "llama",
            "'quantization_config': {'quant_method': 'compressed-tensors', "
                + "'format': 'float-quantized', 'ignore': ['lm_head'], 'config_groups': "
                + "{'group_0': {'targets': ['Linear'], 'weights': {'num_bits': 8, "
                + "'type': 'float', 'strategy': 'channel', 'symmetric': true}}}}"));
  }

  private static void eightBits(
      TinyModel model, long blockRows, long blockColumns, String suffix, Dtype scales) {
    TinyModel matrices = new TinyModel("", Dtype.F8_E4M3, BYTE_PAIR, "");
    TinyFamilies.gated(TinyFamilies.attention(matrices, HEAD, false));
    matrices
        .tensors()
        .forEach(
            tensor -> {
              long rows = tensor.shape().getFirst();
              long columns = tensor.shape().getLast();
              model.tensor(tensor.name(), Dtype.F8_E4M3, rows, columns);
              model.tensor(
                  tensor.name() + suffix,
                  scales,
                  Math.ceilDiv(rows, blockRows),
                  Math.ceilDiv(columns, blockColumns));
            });
  }

  /// A length of the context where only Phi 3 has it.
  private static TinyModel misplacedContext() {
    TinyModel model = new TinyModel("llama-context", Dtype.F16, SENTENCE_PIECE, "default");
    return TinyFamilies.decoder(model, true, HEAD, false)
        .config(
            config(
                "LlamaForCausalLM",
                "llama",
                "'rope_scaling': {'type': 'yarn', 'factor': 2.0}, "
                    + "'original_max_position_embeddings': 64"));
  }

  /// Keys that a Llama does not have and the reference writes all the same.
  private static TinyModel expertGroups() {
    TinyModel model = new TinyModel("llama-groups", Dtype.F16, SENTENCE_PIECE, "default");
    return TinyFamilies.decoder(model, true, HEAD, false)
        .config(
            config(
                "LlamaForCausalLM",
                "llama",
                "'n_group': 2, 'topk_group': 1, 'scoring_func': 'sigmoid', "
                    + "'dense_intermediate_size': 80"));
  }
}
