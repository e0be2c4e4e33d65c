package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/// The class of the transformers library that reads a tokenizer: it decides which special tokens a
/// tokenizer has that its files do not name.
///
/// @see <a href="https://github.com/huggingface/transformers">transformers 5</a>
final class TokenizerClass {
  private static final String END = "<|endoftext|>";
  private static final Map<String, String> GPT2 =
      Map.of("unk_token", END, "bos_token", END, "eos_token", END);
  private static final Map<String, String> QWEN2 =
      Map.of("unk_token", END, "eos_token", END, "pad_token", END);
  private static final Map<String, String> ROBERTA =
      Map.of(
          "bos_token", "<s>",
          "eos_token", "</s>",
          "sep_token", "</s>",
          "cls_token", "<s>",
          "unk_token", "<unk>",
          "pad_token", "<pad>",
          "mask_token", "<mask>");

  /// Special tokens that a class takes where no file names one.
  private static final Map<String, Map<String, String>> DEFAULTS =
      Map.ofEntries(
          Map.entry("GPT2Tokenizer", GPT2),
          Map.entry("CodeGenTokenizer", GPT2),
          Map.entry(
              "GPTNeoXTokenizer",
              Map.of(
                  "unk_token", END,
                  "bos_token", END,
                  "eos_token", END,
                  "pad_token", "<|padding|>")),
          Map.entry("Qwen2Tokenizer", QWEN2),
          Map.entry("Qwen3_5Tokenizer", QWEN2),
          Map.entry("RobertaTokenizer", ROBERTA),
          Map.entry("XLMRobertaTokenizer", ROBERTA),
          Map.entry(
              "BertTokenizer",
              Map.of(
                  "unk_token", "[UNK]",
                  "sep_token", "[SEP]",
                  "pad_token", "[PAD]",
                  "cls_token", "[CLS]",
                  "mask_token", "[MASK]")),
          Map.entry(
              "CohereTokenizer",
              Map.of(
                  "unk_token", "<UNK>",
                  "bos_token", "<BOS_TOKEN>",
                  "eos_token", "<|END_OF_TURN_TOKEN|>",
                  "pad_token", "<PAD>",
                  "cls_token", "<CLS>",
                  "sep_token", "<SEP>",
                  "mask_token", "<MASK_TOKEN>")),
          Map.entry(
              "GemmaTokenizer",
              Map.of(
                  "unk_token", "<unk>",
                  "bos_token", "<bos>",
                  "eos_token", "<eos>",
                  "pad_token", "<pad>",
                  "mask_token", "<mask>")),
          Map.entry(
              "LlamaTokenizer",
              Map.of("unk_token", "<unk>", "bos_token", "<s>", "eos_token", "</s>")));

  /// Classes by model type where `tokenizer_config.json` names none.
  private static final Map<String, String> BY_MODEL =
      Map.ofEntries(
          Map.entry("gpt2", "GPT2Tokenizer"),
          Map.entry("phi", "GPT2Tokenizer"),
          Map.entry("starcoder2", "GPT2Tokenizer"),
          Map.entry("gpt_neox", "GPTNeoXTokenizer"),
          Map.entry("olmo", "GPTNeoXTokenizer"),
          Map.entry("mpt", "GPTNeoXTokenizer"),
          Map.entry("mamba", "GPTNeoXTokenizer"),
          Map.entry("qwen2", "Qwen2Tokenizer"),
          Map.entry("qwen2_moe", "Qwen2Tokenizer"),
          Map.entry("qwen3", "Qwen2Tokenizer"),
          Map.entry("qwen3_moe", "Qwen2Tokenizer"),
          Map.entry("gemma", "GemmaTokenizer"),
          Map.entry("gemma2", "GemmaTokenizer"),
          Map.entry("gemma3", "GemmaTokenizer"),
          Map.entry("gemma3_text", "GemmaTokenizer"),
          Map.entry("cohere", "CohereTokenizer"),
          Map.entry("cohere2", "CohereTokenizer"),
          Map.entry("bert", "BertTokenizer"),
          Map.entry("distilbert", "BertTokenizer"),
          Map.entry("nomic_bert", "BertTokenizer"),
          Map.entry("roberta", "RobertaTokenizer"),
          Map.entry("xlm-roberta", "XLMRobertaTokenizer"));

  /// Model types whose tokenizers are read as they stand, whatever class their files name.
  private static final Set<String> PLAIN =
      Set.of(
          "deepseek_v2",
          "deepseek_v3",
          "glm",
          "glm4",
          "glm4_moe",
          "gpt_bigcode",
          "granite",
          "granitemoe",
          "granitemoehybrid",
          "granitemoeshared",
          "internlm2",
          "jamba",
          "minicpm3",
          "mistral",
          "mixtral",
          "modernbert",
          "nemotron",
          "olmo2",
          "olmo3",
          "phi3",
          "phimoe",
          "smolvlm",
          "stablelm");

  /// Model types whose files often name a wrong class.
  private static final Set<String> MISNAMED =
      Set.of("qwen2", "qwen3_5", "qwen3_5_moe", "qwen3_5_text", "qwen3_5_moe_text");

  private TokenizerClass() {}

  /// The class that reads a directory's tokenizer; empty for the one without habits of its own.
  static String of(TokenizerFiles files) {
    String type = files.config().path("model_type").asText("");
    String named = named(files.tokenizerConfig().path("tokenizer_class"));
    if (named.isEmpty()) {
      named = named(files.config().path("tokenizer_class"));
    }
    String registered = BY_MODEL.getOrDefault(type, "");
    if (named.isEmpty() || named.equals(registered)) {
      return PLAIN.contains(type) ? "" : registered;
    }
    if (PLAIN.contains(type)) {
      return "";
    }
    return MISNAMED.contains(type) && !registered.isEmpty() ? registered : named;
  }

  private static String named(JsonNode node) {
    String name = node.asText("");
    return name.endsWith("Fast") ? name.substring(0, name.length() - "Fast".length()) : name;
  }

  /// The special tokens, by role, that hold where the files say nothing.
  static Map<String, String> defaults(TokenizerFiles files) {
    return DEFAULTS.getOrDefault(of(files), Map.of());
  }
}
