package dev.computepool.convert.family;

import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// The table of all architectures that `config.json` can name, and the family of each.
public final class Families {
  private static final Map<String, Function<Source, Family>> TABLE = new TreeMap<>();

  static {
    TABLE.put("LLaMAForCausalLM", Llama::new);
    TABLE.put("LlamaForCausalLM", Llama::new);
    TABLE.put("MistralForCausalLM", Llama::new);
    TABLE.put("MixtralForCausalLM", Mixtral::new);
    TABLE.put("Qwen2ForCausalLM", Qwen2::new);
    TABLE.put("Qwen2Model", Qwen2::new);
    TABLE.put("Qwen2MoeForCausalLM", Qwen2Moe::new);
    TABLE.put("Qwen3ForCausalLM", Qwen3::new);
    TABLE.put("Qwen3Model", Qwen3::new);
    TABLE.put("Qwen3MoeForCausalLM", Qwen3Moe::new);
    TABLE.put("GemmaForCausalLM", Gemma::new);
    TABLE.put("Gemma2ForCausalLM", Gemma2::new);
    TABLE.put("Gemma3ForCausalLM", Gemma3::new);
    TABLE.put("Gemma3ForConditionalGeneration", Gemma3::new);
    TABLE.put("Phi3ForCausalLM", Phi3::new);
    TABLE.put("GraniteForCausalLM", Granite::new);
    TABLE.put("SmolLM3ForCausalLM", SmolLm3::new);
    TABLE.put("Starcoder2ForCausalLM", StarCoder2::new);
    TABLE.put("GPT2LMHeadModel", Gpt2::new);
    TABLE.put("GPTNeoXForCausalLM", GptNeoX::new);
    TABLE.put("FalconForCausalLM", Falcon::new);
    TABLE.put("RWForCausalLM", Falcon::new);
    TABLE.put("Olmo2ForCausalLM", Olmo2::new);
    TABLE.put("Olmo3ForCausalLM", Olmo2::new);
    TABLE.put("CohereForCausalLM", CommandR::new);
    TABLE.put("StableLmForCausalLM", StableLm::new);
    TABLE.put("StableLMEpochForCausalLM", StableLm::new);
    TABLE.put("BertModel", Bert::new);
    TABLE.put("BertForMaskedLM", Bert::new);
    TABLE.put("BertForSequenceClassification", Bert::new);
    TABLE.put("RobertaModel", Roberta::new);
    TABLE.put("RobertaForSequenceClassification", Roberta::new);
    TABLE.put("XLMRobertaModel", Roberta::new);
    TABLE.put("XLMRobertaForSequenceClassification", Roberta::new);
    TABLE.put("CamembertModel", Bert::new);
  }

  private Families() {}

  /// The names that are known, sorted.
  public static List<String> known() {
    return List.copyOf(TABLE.keySet());
  }

  /// The name of a model's architecture: that of its language model, if it has others too.
  public static Optional<String> architectureOf(ModelDirectory directory) {
    String own = directory.config().path("architectures").path(0).asText();
    String text = directory.config().path("text_config").path("architectures").path(0).asText();
    String name = text.isEmpty() ? own : text;
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  /// The family of a model.
  ///
  /// @return nothing if it is not known, which is then noted
  public static Optional<Family> of(ModelDirectory directory, Problems problems) {
    Optional<String> architecture = architectureOf(directory);
    if (architecture.isEmpty()) {
      problems.add("config.json", "has no architectures");
      return Optional.empty();
    }
    Function<Source, Family> row = TABLE.get(architecture.get());
    if (row == null) {
      problems.add(
          "config.json",
          "architecture %s is not known; these are: %s"
              .formatted(architecture.get(), String.join(", ", known())));
      return Optional.empty();
    }
    Hyperparameters config = Hyperparameters.of(directory.config(), problems);
    return Optional.of(row.apply(new Source(directory, config, problems)));
  }
}
