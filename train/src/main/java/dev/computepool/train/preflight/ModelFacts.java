package dev.computepool.train.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;
import dev.computepool.convert.family.Families;
import dev.computepool.safetensors.SafetensorsSet;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A model as its `config.json` and the headers of its weights describe it.
///
/// @param architecture as `config.json` names it; empty if it does not
/// @param parameters numbers of all tensors
/// @param linears the linear layers, the output included
/// @param shape how it computes; null where `config.json` names it otherwise than Llama does
public record ModelFacts(
    Path folder,
    String architecture,
    long parameters,
    long bytes,
    List<Linear> linears,
    @Nullable Shape shape) {
  public ModelFacts {
    linears = List.copyOf(linears);
  }

  /// A linear layer.
  ///
  /// @param module such as `model.layers.0.self_attn.q_proj`
  public record Linear(String module, long inputs, long outputs) {
    /// The last part of its name, such as `q_proj`.
    String name() {
      return module.substring(module.lastIndexOf('.') + 1);
    }

    /// Whether it makes the logits.
    public boolean isHead() {
      return name().equals("lm_head");
    }
  }

  /// What decides how much memory computing takes.
  ///
  /// @param heads of queries in a layer
  /// @param queries width of all heads of queries together
  /// @param keys width of all heads of keys together
  /// @param context tokens that it was made for; 0 if nothing says so
  public record Shape(
      long layers,
      long hidden,
      long intermediate,
      long heads,
      long queries,
      long keys,
      long vocabulary,
      long context) {}

  /// Reads a model's descriptions.
  ///
  /// @param problems receives what is wrong with it
  public static ModelFacts read(Path folder, Problems problems) throws IOException {
    ModelDirectory directory = ModelDirectory.read(folder, problems);
    long parameters = 0;
    long bytes = 0;
    List<Linear> linears = new ArrayList<>();
    if (!directory.parts().isEmpty() && problems.isEmpty()) {
      List<dev.computepool.base.FormatException.Problem> found = new ArrayList<>();
      try (SafetensorsSet weights =
          SafetensorsSet.openReadable(
              folder, directory.parts(), directory.index().orElse(null), found)) {
        for (StoredTensor tensor : weights.tensors()) {
          parameters += tensor.elements();
          bytes += tensor.range().length();
          linear(tensor).ifPresent(linears::add);
        }
      }
      problems.addAll("", found);
    }
    return new ModelFacts(
        folder,
        Families.architectureOf(directory).orElse(""),
        parameters,
        bytes,
        linears,
        shape(directory.config()));
  }

  private static Optional<Linear> linear(StoredTensor tensor) {
    String name = tensor.name();
    if (tensor.shape().size() != 2 || !name.endsWith(".weight")) {
      return Optional.empty();
    }
    String module = name.substring(0, name.length() - ".weight".length());
    Linear linear = new Linear(module, tensor.shape().get(1), tensor.shape().get(0));
    return Optional.of(linear).filter(l -> !l.name().matches(".*embed.*|wte|wpe|.*norm.*"));
  }

  private static @Nullable Shape shape(JsonNode whole) {
    JsonNode config = whole.has("text_config") ? whole.path("text_config") : whole;
    long layers = config.path("num_hidden_layers").asLong();
    long hidden = config.path("hidden_size").asLong();
    long heads = config.path("num_attention_heads").asLong();
    long vocabulary = config.path("vocab_size").asLong(whole.path("vocab_size").asLong());
    long middle = config.path("intermediate_size").asLong();
    if (layers <= 0 || hidden <= 0 || heads <= 0 || vocabulary <= 0 || middle <= 0) {
      return null;
    }
    long size = config.path("head_dim").asLong(hidden / heads);
    return new Shape(
        layers,
        hidden,
        middle,
        heads,
        heads * size,
        config.path("num_key_value_heads").asLong(heads) * size,
        vocabulary,
        config.path("max_position_embeddings").asLong());
  }
}
