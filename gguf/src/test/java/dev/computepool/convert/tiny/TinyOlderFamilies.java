package dev.computepool.convert.tiny;

import static dev.computepool.convert.tiny.TinyFamilies.BLOCKS;
import static dev.computepool.convert.tiny.TinyFamilies.EMBEDDING;
import static dev.computepool.convert.tiny.TinyFamilies.HEAD;
import static dev.computepool.convert.tiny.TinyFamilies.HEADS;
import static dev.computepool.convert.tiny.TinyFamilies.KEY_HEADS;
import static dev.computepool.convert.tiny.TinyFamilies.MIDDLE;
import static dev.computepool.convert.tiny.TinyFamilies.VOCABULARY;
import static dev.computepool.convert.tiny.TinyFamilies.blocks;
import static dev.computepool.convert.tiny.TinyFamilies.config;
import static dev.computepool.convert.tiny.TinyTokenizer.BYTE_PAIR;
import static dev.computepool.convert.tiny.TinyTokenizer.WORD_PIECE;

import dev.computepool.safetensors.Dtype;
import java.util.List;

/// The families whose tensors are not named as Llama's are: the first decoders, and encoders.
final class TinyOlderFamilies {
  private TinyOlderFamilies() {}

  static List<TinyModel> decoders() {
    return List.of(gpt2(), gptNeoX(), falcon7b(), falcon40b());
  }

  static List<TinyModel> encoders() {
    return List.of(bert(), bertClassifier(), bertNumbered(), roberta());
  }

  private static TinyModel gpt2() {
    TinyModel model = new TinyModel("gpt2", Dtype.F32, BYTE_PAIR, "qwen2");
    model.tensor("transformer.wte.weight", VOCABULARY, EMBEDDING);
    model.tensor("transformer.wpe.weight", 128, EMBEDDING);
    model.tensor("transformer.ln_f.weight", EMBEDDING).tensor("transformer.ln_f.bias", EMBEDDING);
    blocks()
        .forEach(
            block -> {
              String p = "transformer.h." + block + ".";
              for (String norm : List.of("ln_1", "ln_2")) {
                model.tensor(p + norm + ".weight", EMBEDDING);
                model.tensor(p + norm + ".bias", EMBEDDING);
              }
              model.tensor(p + "attn.c_attn.weight", EMBEDDING, 3 * EMBEDDING);
              model.tensor(p + "attn.c_attn.bias", 3 * EMBEDDING);
              model.tensor(p + "attn.c_proj.weight", EMBEDDING, EMBEDDING);
              model.tensor(p + "attn.c_proj.bias", EMBEDDING);
              model.tensor(p + "mlp.c_fc.weight", EMBEDDING, 4 * EMBEDDING);
              model.tensor(p + "mlp.c_fc.bias", 4 * EMBEDDING);
              model.tensor(p + "mlp.c_proj.weight", 4 * EMBEDDING, EMBEDDING);
              model.tensor(p + "mlp.c_proj.bias", EMBEDDING);
            });
    return model.config(
        "{'architectures': ['GPT2LMHeadModel'], 'model_type': 'gpt2', 'vocab_size': %d, "
                .formatted(VOCABULARY)
            + "'n_embd': %d, 'n_head': %d, 'n_layer': %d, 'n_ctx': 128, 'n_positions': 128}"
                .formatted(EMBEDDING, HEADS, BLOCKS));
  }

  private static TinyModel gptNeoX() {
    TinyModel model = new TinyModel("gptneox", Dtype.F16, BYTE_PAIR, "qwen2");
    model.tensor("gpt_neox.embed_in.weight", VOCABULARY, EMBEDDING);
    model.tensor("embed_out.weight", VOCABULARY, EMBEDDING);
    model.tensor("gpt_neox.final_layer_norm.weight", EMBEDDING);
    model.tensor("gpt_neox.final_layer_norm.bias", EMBEDDING);
    blocks()
        .forEach(
            block -> {
              String p = "gpt_neox.layers." + block + ".";
              for (String norm : List.of("input_layernorm", "post_attention_layernorm")) {
                model.tensor(p + norm + ".weight", EMBEDDING);
                model.tensor(p + norm + ".bias", EMBEDDING);
              }
              model.tensor(p + "attention.bias", Dtype.BOOL, 1, 1, 8, 8);
              model.tensor(p + "attention.masked_bias", 1);
              model.tensor(p + "attention.rotary_emb.inv_freq", 2);
              model.biased(p + "attention.query_key_value", 3 * EMBEDDING, EMBEDDING);
              model.biased(p + "attention.dense", EMBEDDING, EMBEDDING);
              model.biased(p + "mlp.dense_h_to_4h", MIDDLE, EMBEDDING);
              model.biased(p + "mlp.dense_4h_to_h", EMBEDDING, MIDDLE);
            });
    return model.config(
        config(
            "GPTNeoXForCausalLM",
            "gpt_neox",
            "'rotary_pct': 0.25, 'rotary_emb_base': 10000, 'layer_norm_eps': 1e-05, "
                + "'use_parallel_residual': true"));
  }

  private static TinyModel falcon(TinyModel model, int keyHeads) {
    model.tensor("transformer.word_embeddings.weight", VOCABULARY, EMBEDDING);
    model.tensor("lm_head.weight", VOCABULARY, EMBEDDING);
    model.tensor("transformer.ln_f.weight", EMBEDDING).tensor("transformer.ln_f.bias", EMBEDDING);
    blocks()
        .forEach(
            block -> {
              String p = "transformer.h." + block + ".";
              model.tensor(
                  p + "self_attention.query_key_value.weight",
                  EMBEDDING + 2L * keyHeads * HEAD,
                  EMBEDDING);
              model.tensor(p + "self_attention.dense.weight", EMBEDDING, EMBEDDING);
              model.tensor(p + "mlp.dense_h_to_4h.weight", 4 * EMBEDDING, EMBEDDING);
              model.tensor(p + "mlp.dense_4h_to_h.weight", EMBEDDING, 4 * EMBEDDING);
            });
    return model;
  }

  private static TinyModel falconNorms(TinyModel model, String... norms) {
    blocks()
        .forEach(
            block -> {
              for (String norm : norms) {
                model.tensor("transformer.h." + block + "." + norm + ".weight", EMBEDDING);
                model.tensor("transformer.h." + block + "." + norm + ".bias", EMBEDDING);
              }
            });
    return model;
  }

  private static TinyModel falcon7b() {
    TinyModel model = new TinyModel("falcon-7b", Dtype.BF16, BYTE_PAIR, "qwen2");
    return falconNorms(falcon(model, 1), "input_layernorm")
        .config(
            config(
                "FalconForCausalLM",
                "falcon",
                "'multi_query': true, 'num_kv_heads': 1, 'new_decoder_architecture': false"));
  }

  private static TinyModel falcon40b() {
    TinyModel model = new TinyModel("falcon-40b", Dtype.BF16, BYTE_PAIR, "qwen2");
    return falconNorms(falcon(model, KEY_HEADS), "ln_attn", "ln_mlp")
        .config(
            config(
                "FalconForCausalLM",
                "falcon",
                "'num_kv_heads': %d, 'new_decoder_architecture': true".formatted(KEY_HEADS)));
  }

  private static void encoder(TinyModel model, String prefix, String weight, String bias) {
    model.tensor(prefix + "embeddings.word_embeddings.weight", VOCABULARY, EMBEDDING);
    model.tensor(prefix + "embeddings.position_embeddings.weight", 128, EMBEDDING);
    model.tensor(prefix + "embeddings.token_type_embeddings.weight", 2, EMBEDDING);
    model.tensor(prefix + "embeddings.LayerNorm" + weight, EMBEDDING);
    model.tensor(prefix + "embeddings.LayerNorm" + bias, EMBEDDING);
    blocks()
        .forEach(
            block -> {
              String p = prefix + "encoder.layer." + block + ".";
              model.biased(p + "attention.self.query", EMBEDDING, EMBEDDING);
              model.biased(p + "attention.self.key", EMBEDDING, EMBEDDING);
              model.biased(p + "attention.self.value", EMBEDDING, EMBEDDING);
              model.biased(p + "attention.output.dense", EMBEDDING, EMBEDDING);
              model.tensor(p + "attention.output.LayerNorm" + weight, EMBEDDING);
              model.tensor(p + "attention.output.LayerNorm" + bias, EMBEDDING);
              model.biased(p + "intermediate.dense", MIDDLE, EMBEDDING);
              model.biased(p + "output.dense", EMBEDDING, MIDDLE);
              model.tensor(p + "output.LayerNorm" + weight, EMBEDDING);
              model.tensor(p + "output.LayerNorm" + bias, EMBEDDING);
            });
  }

  private static String encoderConfig(String architecture, String type, String more) {
    return config(architecture, type, more).replace("'num_key_value_heads': 2, ", "");
  }

  private static TinyModel bert() {
    TinyModel model = new TinyModel("bert", Dtype.F32, WORD_PIECE, "default");
    encoder(model, "", ".weight", ".bias");
    model.tensor("embeddings.position_ids", Dtype.I64, 1, 128);
    model.biased("pooler.dense", EMBEDDING, EMBEDDING);
    return model
        .config(encoderConfig("BertModel", "bert", "'layer_norm_eps': 1e-12, 'type_vocab_size': 2"))
        .file(
            "modules.json",
            """
            [{"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]\
            """)
        .file("1_Pooling/config.json", "{\"pooling_mode_cls_token\": true}");
  }

  private static TinyModel bertClassifier() {
    TinyModel model = new TinyModel("bert-classifier", Dtype.F16, WORD_PIECE, "default");
    encoder(model, "bert.", ".gamma", ".beta");
    model.biased("bert.pooler.dense", EMBEDDING, EMBEDDING);
    model.biased("classifier", 3, EMBEDDING);
    return model.config(
        encoderConfig(
            "BertForSequenceClassification",
            "bert",
            "'id2label': {'0': 'bad', '1': 'so-so', '2': 'good'}"));
  }

  /// Only the number of the labels is known.
  private static TinyModel bertNumbered() {
    TinyModel model = new TinyModel("bert-numbered", Dtype.F16, WORD_PIECE, "default");
    encoder(model, "bert.", ".weight", ".bias");
    model.biased("classifier", 4, EMBEDDING);
    return model.config(encoderConfig("BertForSequenceClassification", "bert", "'num_labels': 4"));
  }

  private static TinyModel roberta() {
    TinyModel model = new TinyModel("roberta", Dtype.F32, BYTE_PAIR, "qwen2");
    encoder(model, "roberta.", ".weight", ".bias");
    return model.config(
        encoderConfig("RobertaModel", "roberta", "'pad_token_id': 1, 'type_vocab_size': 2"));
  }
}
