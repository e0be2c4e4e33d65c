package dev.computepool.train.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelConfigTest {
  @TempDir Path folder;

  private ModelConfig read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return ModelConfig.read(folder);
  }

  private List<String> problems(String json) {
    return assertThrows(FormatException.class, () -> read(json)).problems().stream()
        .map(Problem::toString)
        .toList();
  }

  @Test
  void refusesAnUnknownArchitectureByName() {
    assertEquals(
        List.of(
            "config.json: MambaForCausalLM cannot be trained here; known: LlamaForCausalLM,"
                + " MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM, GemmaForCausalLM,"
                + " Gemma2ForCausalLM, Gemma3ForCausalLM"),
        problems("{\"architectures\": [\"MambaForCausalLM\"], \"model_type\": \"mamba\"}"));
  }

  @Test
  void tellsAllThatCannotBeTrainedAtOnce() {
    assertEquals(
        List.of(
            "config.json: quantization_config: quantized weights cannot be trained here",
            "config.json: 6 heads are no multiple of 4 of keys",
            "config.json: hidden_act is relu, not silu",
            "config.json: rope_parameters has rope_type yarn; known: default, linear, llama3"),
        problems(
            """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 48,
             "num_attention_heads": 6, "num_key_value_heads": 4, "hidden_act": "relu",
             "quantization_config": {"bits": 4}, "rope_scaling": {"type": "yarn", "factor": 4.0}}
            """));
  }

  @Test
  void readsWhatGemmaDoesOtherwise() throws IOException {
    ModelConfig config =
        read(
            """
            {"architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text",
             "hidden_size": 640, "intermediate_size": 2048, "num_hidden_layers": 8,
             "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256,
             "sliding_window": 512, "query_pre_attn_scalar": 256, "vocab_size": 1000}
            """);
    assertEquals(List.of(512, 512, 512, 512, 512, 0, 512, 512), config.windows());
    assertEquals(1 / 16.0, config.attentionScale());
    assertEquals((float) Math.sqrt(640), config.embeddingScale());
    assertEquals(List.of(1024, 640), List.of(config.outputs(Projection.QUERY), config.hidden()));
    assertEquals(true, config.tied());
  }

  @Test
  void slidesAsTheLayersSay() throws IOException {
    ModelConfig config =
        read(
            """
            {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_size": 64,
             "num_attention_heads": 4, "num_key_value_heads": 2, "num_hidden_layers": 3,
             "use_sliding_window": true, "sliding_window": 16,
             "layer_types": ["full_attention", "sliding_attention", "full_attention"]}
            """);
    assertEquals(List.of(0, 16, 0), config.windows());
    assertEquals(128, config.headSize());
  }
}
