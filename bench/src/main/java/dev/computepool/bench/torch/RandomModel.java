package dev.computepool.bench.torch;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.DiskSpace;
import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsLayout;
import dev.computepool.safetensors.SafetensorsWriter;
import dev.computepool.safetensors.StoredTensor;
import dev.computepool.train.model.ModelConfig;
import dev.computepool.train.model.Parameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// Llamas with random weights of 32 bits, in the extents in which such models are made; a step
/// takes as long with them as with weights that know something.
public enum RandomModel {
  TEN_MILLION("10M", 256, 768, 6, 4, 2, 16_000),
  HUNDRED_MILLION("100M", 768, 2048, 10, 12, 4, 32_000),
  BILLION("1B", 2048, 8192, 16, 32, 8, 32_000);

  private static final int CHUNK = 1 << 18; // numbers that are written at a time
  private static final float SPREAD = 0.04f;
  private static final JsonMapper JSON = new JsonMapper();

  private final String label;
  private final int hidden;
  private final int intermediate;
  private final int layers;
  private final int heads;
  private final int keyHeads;
  private final int vocabulary;

  RandomModel(
      String label,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int keyHeads,
      int vocabulary) {
    this.label = label;
    this.hidden = hidden;
    this.intermediate = intermediate;
    this.layers = layers;
    this.heads = heads;
    this.keyHeads = keyHeads;
    this.vocabulary = vocabulary;
  }

  /// How many parameters it has, about, such as `10M`.
  public String label() {
    return label;
  }

  /// The one with a label.
  ///
  /// @throws IllegalArgumentException if there is none
  public static RandomModel of(String label) {
    return Arrays.stream(values())
        .filter(model -> model.label.equalsIgnoreCase(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is none of %s"
                        .formatted(
                            label,
                            Arrays.stream(values())
                                .map(RandomModel::label)
                                .collect(Collectors.joining(", ")))));
  }

  /// Writes one into an empty folder, without a tokenizer.
  ///
  /// @throws dev.computepool.base.DiskFullException if there is no room
  public void write(Path folder) throws IOException {
    JSON.writeValue(folder.resolve("config.json").toFile(), config());
    List<SafetensorsLayout.Entry> entries =
        Parameter.all(ModelConfig.read(folder)).stream()
            .map(p -> new SafetensorsLayout.Entry(p.name(), Dtype.F32, p.shape()))
            .toList();
    SafetensorsLayout layout = SafetensorsLayout.of(entries, Map.of("format", "pt"));
    DiskSpace.require(
        folder, layout.tensors().stream().mapToLong(tensor -> tensor.range().length()).sum());
    SplittableRandom random = new SplittableRandom(1);
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("model.safetensors"), layout)) {
      for (StoredTensor tensor : layout.tensors()) {
        write(writer, tensor, random);
      }
      writer.commit();
    }
  }

  private static void write(SafetensorsWriter writer, StoredTensor tensor, SplittableRandom random)
      throws IOException {
    // Norms multiply, so they are about 1.
    float center = tensor.shape().size() == 1 ? 1 : 0;
    for (long at = 0; at < tensor.elements(); at += CHUNK) {
      int count = (int) Math.min(CHUNK, tensor.elements() - at);
      ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        bytes.putFloat(center + SPREAD * (float) (random.nextDouble() - 0.5));
      }
      writer.write(tensor, bytes.flip());
    }
  }

  private ObjectNode config() {
    ObjectNode config = JSON.createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    return config
        .put("model_type", "llama")
        .put("dtype", "float32")
        .put("vocab_size", vocabulary)
        .put("hidden_size", hidden)
        .put("intermediate_size", intermediate)
        .put("num_hidden_layers", layers)
        .put("num_attention_heads", heads)
        .put("num_key_value_heads", keyHeads)
        .put("max_position_embeddings", 8192)
        .put("rms_norm_eps", 1e-5)
        .put("rope_theta", 10_000.0)
        .put("tie_word_embeddings", true);
  }
}
