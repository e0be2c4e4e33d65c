package dev.computepool.convert.tiny;

import static dev.computepool.convert.tiny.TinyTokenizer.BYTE_PAIR;
import static dev.computepool.convert.tiny.TinyTokenizer.SENTENCE_PIECE;

import dev.computepool.safetensors.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A model of each family, with every kind of tensor that its real models have.
///
/// `config.json` is written as the hub's older files have it, so that the defaults of their classes
/// matter: rotary parameters at the top, keys left out.
public final class TinyFamilies {
  static final int VOCABULARY = TinyTokenizer.VOCABULARY;
  static final int EMBEDDING = 64;
  static final int MIDDLE = 96;
  static final int HEADS = 4;
  static final int KEY_HEADS = 2;
  static final int HEAD = EMBEDDING / HEADS;
  private static final int KEYS = KEY_HEADS * HEAD;
  static final int BLOCKS = 2;
  static final int EXPERTS = 3;

  static final String SIZES =
      "'vocab_size': %d, 'hidden_size': %d, 'intermediate_size': %d, 'num_hidden_layers': %d, "
              .formatted(VOCABULARY, EMBEDDING, MIDDLE, BLOCKS)
          + "'num_attention_heads': %d, 'num_key_value_heads': %d, ".formatted(HEADS, KEY_HEADS)
          + "'max_position_embeddings': 128, 'bos_token_id': 1, 'eos_token_id': 2";

  private TinyFamilies() {}

  /// Writes all of them into a folder.
  ///
  /// @param args the folder
  public static void main(String[] args) throws IOException {
    for (TinyModel model : all()) {
      model.write(Path.of(args[0]));
    }
  }

  public static List<TinyModel> all() {
    List<TinyModel> models = new ArrayList<>();
    models.add(llama());
    models.add(llama31());
    models.add(llamaBias());
    models.add(mistral());
    models.add(mixtral());
    models.add(qwen2());
    models.add(qwen2Embedding());
    models.add(qwen2Moe());
    models.add(qwen3());
    models.add(qwen3Yarn());
    models.add(qwen3Moe());
    models.add(qwen3MoeStacked());
    models.add(gemma());
    models.add(gemma2());
    models.add(gemma3());
    models.add(gemma3Vision());
    models.add(phi3());
    models.add(phi3Long());
    models.add(phi4());
    models.add(granite());
    models.add(smolLm3());
    models.add(starCoder2());
    models.addAll(TinyOlderFamilies.decoders());
    models.add(olmo2());
    models.add(commandR());
    models.add(commandRPlus());
    models.add(stableLm());
    models.add(stableLm12b());
    models.addAll(TinyOlderFamilies.encoders());
    models.addAll(TinyVariants.all());
    return models;
  }

  static String config(String architecture, String type, String more) {
    return "{'architectures': ['%s'], 'model_type': '%s', %s%s}"
        .formatted(architecture, type, SIZES, more.isEmpty() ? "" : ", " + more);
  }

  static IntStream blocks() {
    return IntStream.range(0, BLOCKS);
  }

  static TinyModel globals(TinyModel model, boolean output) {
    model.tensor("model.embed_tokens.weight", VOCABULARY, EMBEDDING);
    model.tensor("model.norm.weight", EMBEDDING);
    return output ? model.tensor("lm_head.weight", VOCABULARY, EMBEDDING) : model;
  }

  static TinyModel attention(TinyModel model, int head, boolean biases) {
    blocks()
        .forEach(
            block -> {
              String p = "model.layers." + block + ".self_attn.";
              model.tensor(p + "q_proj.weight", (long) HEADS * head, EMBEDDING);
              model.tensor(p + "k_proj.weight", (long) KEY_HEADS * head, EMBEDDING);
              model.tensor(p + "v_proj.weight", (long) KEY_HEADS * head, EMBEDDING);
              model.tensor(p + "o_proj.weight", EMBEDDING, (long) HEADS * head);
              if (biases) {
                model.tensor(p + "q_proj.bias", (long) HEADS * head);
                model.tensor(p + "k_proj.bias", (long) KEY_HEADS * head);
                model.tensor(p + "v_proj.bias", (long) KEY_HEADS * head);
              }
            });
    return model;
  }

  static TinyModel vectors(TinyModel model, int size, String... names) {
    blocks()
        .forEach(
            block -> {
              for (String name : names) {
                model.tensor("model.layers." + block + "." + name, size);
              }
            });
    return model;
  }

  static TinyModel norms(TinyModel model) {
    return vectors(model, EMBEDDING, "input_layernorm.weight", "post_attention_layernorm.weight");
  }

  static TinyModel gated(TinyModel model) {
    blocks()
        .forEach(
            block -> {
              String p = "model.layers." + block + ".mlp.";
              model.tensor(p + "gate_proj.weight", MIDDLE, EMBEDDING);
              model.tensor(p + "up_proj.weight", MIDDLE, EMBEDDING);
              model.tensor(p + "down_proj.weight", EMBEDDING, MIDDLE);
            });
    return model;
  }

  static TinyModel decoder(TinyModel model, boolean output, int head, boolean biases) {
    return gated(attention(norms(globals(model, output)), head, biases));
  }

  private static TinyModel llama() {
    TinyModel model = new TinyModel("tiny-Llama-v2-8B-chat", Dtype.F16, SENTENCE_PIECE, "default");
    decoder(model, true, HEAD, false)
        .config(config("LlamaForCausalLM", "llama", "'rms_norm_eps': 1e-05"));
    model.tensor("model.layers.0.self_attn.rotary_emb.inv_freq", Dtype.F32, HEAD / 2);
    model.file(
        "README.md",
        """
        ---
        license: apache-2.0
        language:
        - en
        - no
        tags:
        \t- tiny
        \t- test
        pipeline_tag: text-generation
        base_model: some-org/Base-7B-v0.1
        datasets:
        - org/data-set-v2
        - https://huggingface.co/datasets/elsewhere
        ---
        # Not read
        """);
    return model.file(
        "generation_config.json",
        """
        {"temperature": 0.7, "top_p": 0.8, "top_k": 20, "repetition_penalty": 1.05}\
        """);
  }

  private static TinyModel llama31() {
    TinyModel model = new TinyModel("llama31", Dtype.BF16, BYTE_PAIR, "qwen2").parts(3);
    return decoder(model, false, 32, false)
        .config(
            config(
                "LlamaForCausalLM",
                "llama",
                "'head_dim': 32, 'rope_theta': 500000.0, 'tie_word_embeddings': true, "
                    + "'rope_scaling': {'factor': 8.0, 'low_freq_factor': 1.0, "
                    + "'high_freq_factor': 4.0, 'original_max_position_embeddings': 64, "
                    + "'rope_type': 'llama3'}"));
  }

  private static TinyModel llamaBias() {
    TinyModel model = new TinyModel("llama-bias", Dtype.F32, SENTENCE_PIECE, "default");
    return decoder(model, true, HEAD, true)
        .config(
            config(
                "LlamaForCausalLM",
                "llama",
                "'attention_bias': true, 'rope_scaling': {'type': 'linear', 'factor': 2.0}"));
  }

  private static TinyModel mistral() {
    TinyModel model = new TinyModel("mistral", Dtype.BF16, SENTENCE_PIECE, "default").parts(2);
    return decoder(model, true, 32, false)
        .config(config("MistralForCausalLM", "mistral", "'head_dim': 32, 'sliding_window': 64"));
  }

  private static TinyModel mixtral() {
    TinyModel model = new TinyModel("mixtral", Dtype.BF16, SENTENCE_PIECE, "default").parts(2);
    attention(norms(globals(model, true)), HEAD, false);
    blocks()
        .forEach(
            block -> {
              String p = "model.layers." + block + ".block_sparse_moe.";
              model.tensor(p + "gate.weight", EXPERTS, EMBEDDING);
              for (int expert = 0; expert < EXPERTS; expert++) {
                model.tensor(p + "experts." + expert + ".w1.weight", MIDDLE, EMBEDDING);
                model.tensor(p + "experts." + expert + ".w2.weight", EMBEDDING, MIDDLE);
                model.tensor(p + "experts." + expert + ".w3.weight", MIDDLE, EMBEDDING);
              }
            });
    return model.config(config("MixtralForCausalLM", "mixtral", "'num_local_experts': " + EXPERTS));
  }

  private static TinyModel qwen2() {
    TinyModel model = new TinyModel("Tiny-Qwen2-0.1B-Instruct", Dtype.BF16, BYTE_PAIR, "qwen2");
    return decoder(model, false, HEAD, true)
        .config(
            config(
                "Qwen2ForCausalLM",
                "qwen2",
                "'rope_theta': 1000000.0, 'tie_word_embeddings': true, 'sliding_window': 32, "
                    + "'use_sliding_window': false"));
  }

  private static TinyModel qwen2Embedding() {
    TinyModel model = new TinyModel("qwen2-embedding", Dtype.F16, BYTE_PAIR, "qwen2");
    TinyModel whole = decoder(new TinyModel("", Dtype.F16, BYTE_PAIR, ""), false, HEAD, true);
    whole
        .tensors()
        .forEach(
            t ->
                model.tensor(
                    t.name().replaceFirst("^model\\.", ""),
                    t.shape().stream().mapToLong(Long::longValue).toArray()));
    return model
        .config(config("Qwen2Model", "qwen2", "'rope_theta': 10000.0"))
        .file(
            "modules.json",
            """
            [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
             {"idx": 1, "name": "1", "path": "1_Pooling",
              "type": "sentence_transformers.models.Pooling"}]\
            """)
        .file(
            "1_Pooling/config.json",
            """
            {"word_embedding_dimension": 64, "pooling_mode_lasttoken": true}\
            """);
  }

  private static void experts(TinyModel model, boolean shared) {
    blocks()
        .forEach(
            block -> {
              String p = "model.layers." + block + ".mlp.";
              model.tensor(p + "gate.weight", EXPERTS, EMBEDDING);
              for (int expert = 0; expert < EXPERTS; expert++) {
                String e = p + "experts." + expert + ".";
                model.tensor(e + "gate_proj.weight", 32, EMBEDDING);
                model.tensor(e + "up_proj.weight", 32, EMBEDDING);
                model.tensor(e + "down_proj.weight", EMBEDDING, 32);
              }
              if (shared) {
                model.tensor(p + "shared_expert_gate.weight", 1, EMBEDDING);
                model.tensor(p + "shared_expert.gate_proj.weight", 80, EMBEDDING);
                model.tensor(p + "shared_expert.up_proj.weight", 80, EMBEDDING);
                model.tensor(p + "shared_expert.down_proj.weight", EMBEDDING, 80);
              }
            });
  }

  private static TinyModel qwen2Moe() {
    TinyModel model = new TinyModel("qwen2moe", Dtype.BF16, BYTE_PAIR, "qwen2").parts(2);
    attention(norms(globals(model, true)), HEAD, true);
    experts(model, true);
    return model.config(
        config(
            "Qwen2MoeForCausalLM",
            "qwen2_moe",
            "'num_experts': %d, 'num_experts_per_tok': 2, 'moe_intermediate_size': 32, "
                    .formatted(EXPERTS)
                + "'shared_expert_intermediate_size': 80"));
  }

  private static TinyModel qwen3() {
    TinyModel model = new TinyModel("qwen3", Dtype.BF16, BYTE_PAIR, "qwen2");
    decoder(model, false, 32, false);
    return vectors(model, 32, "self_attn.q_norm.weight", "self_attn.k_norm.weight")
        .config(
            config(
                "Qwen3ForCausalLM",
                "qwen3",
                "'head_dim': 32, 'rope_theta': 1000000, 'tie_word_embeddings': true"));
  }

  private static TinyModel qwen3Yarn() {
    TinyModel model = new TinyModel("qwen3-yarn", Dtype.F32, BYTE_PAIR, "qwen2");
    decoder(model, true, 128, false);
    return vectors(model, 128, "self_attn.q_norm.weight", "self_attn.k_norm.weight")
        .config(
            config(
                "Qwen3ForCausalLM",
                "qwen3",
                "'rope_scaling': {'rope_type': 'yarn', 'factor': 4.0, "
                    + "'original_max_position_embeddings': 32, 'beta_fast': 32, "
                    + "'attention_factor': 1.5}"));
  }

  private static TinyModel qwen3Moe() {
    TinyModel model = new TinyModel("qwen3moe", Dtype.BF16, BYTE_PAIR, "qwen2");
    attention(norms(globals(model, true)), 32, false);
    experts(model, false);
    return vectors(model, 32, "self_attn.q_norm.weight", "self_attn.k_norm.weight")
        .config(qwen3MoeConfig(""));
  }

  static String qwen3MoeConfig(String more) {
    return config(
        "Qwen3MoeForCausalLM",
        "qwen3_moe",
        "'head_dim': 32, 'num_experts': %d, 'num_experts_per_tok': 2, ".formatted(EXPERTS)
            + "'moe_intermediate_size': 32"
            + more);
  }

  private static TinyModel qwen3MoeStacked() {
    TinyModel model = new TinyModel("qwen3moe-stacked", Dtype.F16, BYTE_PAIR, "qwen2");
    return stackedExperts(model, Dtype.F16).config(qwen3MoeConfig(""));
  }

  /// All of a model but its configuration, with the experts of a block in one tensor of this type.
  static TinyModel stackedExperts(TinyModel model, Dtype experts) {
    attention(norms(globals(model, true)), 32, false);
    blocks()
        .forEach(
            block -> {
              String p = "model.layers." + block + ".mlp.";
              model.tensor(p + "gate.weight", EXPERTS, EMBEDDING);
              model.tensor(p + "experts.gate_up_proj", experts, EXPERTS, 64, EMBEDDING);
              model.tensor(p + "experts.down_proj", experts, EXPERTS, EMBEDDING, 32);
            });
    return vectors(model, 32, "self_attn.q_norm.weight", "self_attn.k_norm.weight");
  }

  private static TinyModel gemma() {
    TinyModel model = new TinyModel("gemma", Dtype.BF16, SENTENCE_PIECE, "default");
    return decoder(model, true, 32, false)
        .config(config("GemmaForCausalLM", "gemma", "'head_dim': 32"));
  }

  private static TinyModel gemmaBlocks(TinyModel model, int head) {
    gated(attention(globals(model, false), head, false));
    return vectors(
        model,
        EMBEDDING,
        "input_layernorm.weight",
        "post_attention_layernorm.weight",
        "pre_feedforward_layernorm.weight",
        "post_feedforward_layernorm.weight");
  }

  private static TinyModel gemma2() {
    TinyModel model = new TinyModel("gemma2", Dtype.F16, SENTENCE_PIECE, "default");
    return gemmaBlocks(model, 32)
        .config(config("Gemma2ForCausalLM", "gemma2", "'head_dim': 32, 'sliding_window': 64"));
  }

  private static TinyModel gemma3() {
    TinyModel model = new TinyModel("gemma3", Dtype.BF16, SENTENCE_PIECE, "default");
    gemmaBlocks(model, 32);
    return vectors(model, 32, "self_attn.q_norm.weight", "self_attn.k_norm.weight")
        .config(
            config(
                "Gemma3ForCausalLM",
                "gemma3_text",
                "'head_dim': 32, 'rope_theta': 1000000.0, 'rope_local_base_freq': 20000.0, "
                    + "'sliding_window': 64, 'sliding_window_pattern': 2"));
  }

  private static TinyModel gemma3Vision() {
    TinyModel model = new TinyModel("gemma3-vision", Dtype.BF16, SENTENCE_PIECE, "default");
    TinyModel text = new TinyModel("", Dtype.BF16, SENTENCE_PIECE, "");
    gemmaBlocks(text, 32);
    vectors(text, 32, "self_attn.q_norm.weight", "self_attn.k_norm.weight");
    text.tensors()
        .forEach(
            t ->
                model.tensor(
                    "language_model." + t.name(),
                    t.shape().stream().mapToLong(Long::longValue).toArray()));
    model.tensor("vision_tower.vision_model.post_layernorm.weight", 8);
    model.tensor("multi_modal_projector.mm_input_projection_weight", 8, EMBEDDING);
    return model.config(
        "{'architectures': ['Gemma3ForConditionalGeneration'], 'model_type': 'gemma3', "
            + "'text_config': {'model_type': 'gemma3_text', %s, 'head_dim': 32, ".formatted(SIZES)
            + "'rope_scaling': {'rope_type': 'linear', 'factor': 8.0}, 'sliding_window': 64}, "
            + "'vision_config': {'model_type': 'siglip_vision_model', 'hidden_size': 8}}");
  }

  private static TinyModel phiBlocks(TinyModel model) {
    norms(globals(model, true));
    blocks()
        .forEach(
            block -> {
              String p = "model.layers." + block + ".";
              model.tensor(p + "self_attn.qkv_proj.weight", EMBEDDING + 2 * KEYS, EMBEDDING);
              model.tensor(p + "self_attn.o_proj.weight", EMBEDDING, EMBEDDING);
              model.tensor(p + "mlp.gate_up_proj.weight", 2 * MIDDLE, EMBEDDING);
              model.tensor(p + "mlp.down_proj.weight", EMBEDDING, MIDDLE);
            });
    return model;
  }

  private static TinyModel phi3() {
    TinyModel model = new TinyModel("phi3", Dtype.BF16, SENTENCE_PIECE, "default");
    return phiBlocks(model)
        .config(config("Phi3ForCausalLM", "phi3", "'sliding_window': 2047, 'pad_token_id': 0"));
  }

  private static TinyModel phi3Long() {
    String factors = "[1.0, 1.05, 1.1, 1.25, 1.5, 2.0, 3.1, 4.7]";
    TinyModel model = new TinyModel("phi3-long", Dtype.F16, SENTENCE_PIECE, "default");
    return phiBlocks(model)
        .config(
            config(
                "Phi3ForCausalLM",
                "phi3",
                "'pad_token_id': 0, 'rms_norm_eps': 1e-05, 'rope_theta': 10000.0, "
                    + "'tie_word_embeddings': false, 'original_max_position_embeddings': 32, "
                    + "'rope_scaling': {'type': 'su', 'short_factor': %s, 'long_factor': %s}"
                        .formatted(factors, factors.replace("1.", "2."))));
  }

  private static TinyModel phi4() {
    TinyModel model = new TinyModel("phi4", Dtype.BF16, BYTE_PAIR, "qwen2");
    return phiBlocks(model)
        .file(
            "tokenizer_config.json",
            """
            {"tokenizer_class": "GPT2Tokenizer", "bos_token": "<|endoftext|>",
             "eos_token": "<|endoftext|>"}\
            """)
        .config(config("Phi3ForCausalLM", "phi3", "'sliding_window': null, 'pad_token_id': 0"));
  }

  private static TinyModel granite() {
    TinyModel model = new TinyModel("granite", Dtype.BF16, BYTE_PAIR, "qwen2");
    return decoder(model, false, HEAD, false)
        .config(
            config(
                "GraniteForCausalLM",
                "granite",
                "'embedding_multiplier': 12.0, 'logits_scaling': 8.0, "
                    + "'residual_multiplier': 0.22, 'attention_multiplier': 0.015625, "
                    + "'tie_word_embeddings': true"));
  }

  private static TinyModel smolLm3() {
    TinyModel model = new TinyModel("smollm3", Dtype.BF16, BYTE_PAIR, "qwen2");
    return decoder(model, false, HEAD, false)
        .config(config("SmolLM3ForCausalLM", "smollm3", "'pad_token_id': 0"));
  }

  private static TinyModel starCoder2() {
    TinyModel model = new TinyModel("starcoder2", Dtype.BF16, BYTE_PAIR, "qwen2");
    attention(norms(globals(model, false)), HEAD, true).tensor("model.norm.bias", EMBEDDING);
    vectors(
        model,
        EMBEDDING,
        "input_layernorm.bias",
        "post_attention_layernorm.bias",
        "self_attn.o_proj.bias");
    blocks()
        .forEach(
            block ->
                model
                    .biased("model.layers." + block + ".mlp.c_fc", MIDDLE, EMBEDDING)
                    .biased("model.layers." + block + ".mlp.c_proj", EMBEDDING, MIDDLE));
    return model.config(
        config("Starcoder2ForCausalLM", "starcoder2", "'rope_theta': 999999.44, 'use_bias': true"));
  }

  private static TinyModel olmo2() {
    return olmoTensors(new TinyModel("olmo2", Dtype.F32, BYTE_PAIR, "qwen2"))
        .config(config("Olmo2ForCausalLM", "olmo2", "'rope_theta': 500000"));
  }

  static TinyModel olmoTensors(TinyModel model) {
    gated(attention(globals(model, true), HEAD, false));
    vectors(
        model,
        EMBEDDING,
        "post_attention_layernorm.weight",
        "post_feedforward_layernorm.weight",
        "self_attn.q_norm.weight");
    return vectors(model, KEYS, "self_attn.k_norm.weight");
  }

  private static TinyModel cohere(TinyModel model) {
    gated(attention(globals(model, false), HEAD, false));
    return vectors(model, EMBEDDING, "input_layernorm.weight");
  }

  private static TinyModel commandR() {
    TinyModel model = new TinyModel("command-r", Dtype.F16, BYTE_PAIR, "qwen2");
    return cohere(model)
        .config(
            config(
                "CohereForCausalLM",
                "cohere",
                "'logit_scale': 0.0625, 'model_max_length': 131072, 'rope_theta': 8000000.0, "
                    + "'layer_norm_eps': 1e-05"));
  }

  private static TinyModel commandRPlus() {
    TinyModel model = new TinyModel("command-r-plus", Dtype.BF16, BYTE_PAIR, "qwen2");
    cohere(model);
    blocks()
        .forEach(
            block -> {
              String p = "model.layers." + block + ".self_attn.";
              model.tensor(p + "q_norm.weight", HEADS, HEAD);
              model.tensor(p + "k_norm.weight", KEY_HEADS, HEAD);
            });
    return model.config(config("CohereForCausalLM", "cohere", "'use_qk_norm': true"));
  }

  private static TinyModel stableLm() {
    TinyModel model = new TinyModel("stablelm", Dtype.F16, BYTE_PAIR, "qwen2");
    decoder(model, true, HEAD, true).tensor("model.norm.bias", EMBEDDING);
    return vectors(model, EMBEDDING, "input_layernorm.bias", "post_attention_layernorm.bias")
        .config(
            config(
                "StableLmForCausalLM",
                "stablelm",
                "'partial_rotary_factor': 0.25, 'use_qkv_bias': true, 'layer_norm_eps': 1e-05, "
                    + "'use_parallel_residual': false"));
  }

  private static TinyModel stableLm12b() {
    TinyModel model = new TinyModel("stablelm-12b", Dtype.BF16, BYTE_PAIR, "qwen2");
    gated(attention(globals(model, true), HEAD, false)).tensor("model.norm.bias", EMBEDDING);
    vectors(model, EMBEDDING, "input_layernorm.weight");
    blocks()
        .forEach(
            block -> {
              String p = "model.layers." + block + ".self_attn.";
              for (int head = 0; head < HEADS; head++) {
                model.tensor(p + "q_layernorm.norms." + head + ".weight", HEAD);
              }
              for (int head = 0; head < KEY_HEADS; head++) {
                model.tensor(p + "k_layernorm.norms." + head + ".weight", HEAD);
              }
            });
    return model.config(
        config(
            "StableLmForCausalLM",
            "stablelm",
            "'qk_layernorm': true, 'use_parallel_residual': true, 'rope_pct': 0.25"));
  }
}
