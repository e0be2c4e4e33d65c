package dev.computepool.publish;

import dev.computepool.convert.sample.SampleDirectory;
import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsLayout;
import dev.computepool.safetensors.SafetensorsWriter;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Tiny models, adapters and runs.
public final class Fixtures {
  private static final String MODULE = "base_model.model.model.layers.0.self_attn.q_proj.lora_";

  private Fixtures() {}

  /// A Llama of two layers, 64 wide.
  public static Path model(Path folder) throws IOException {
    SampleDirectory.write(folder, SampleDirectory.tiny(1), false);
    return folder;
  }

  /// An adapter of rank 2 for one module of {@link #model}.
  ///
  /// @param base what it says it was trained for
  public static Path adapter(Path folder, String base, float value) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4, \"base_model_name_or_path\": \"%s\"}"
            .formatted(base));
    SafetensorsLayout layout =
        SafetensorsLayout.of(
            List.of(
                new SafetensorsLayout.Entry(MODULE + "A.weight", Dtype.F32, List.of(2L, 64L)),
                new SafetensorsLayout.Entry(MODULE + "B.weight", Dtype.F32, List.of(64L, 2L))),
            Map.of());
    try (SafetensorsWriter writer =
        SafetensorsWriter.replace(folder.resolve("adapter_model.safetensors"), layout)) {
      for (StoredTensor tensor : layout.tensors()) {
        ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
          bytes.putFloat(value);
        }
        writer.write(tensor, bytes.flip());
      }
      writer.commit();
    }
    return folder;
  }

  /// A run that made an adapter for `base`.
  public static Path run(Path folder, Path base) throws IOException {
    Files.createDirectories(folder);
    adapter(folder.resolve("checkpoint-final"), base.toString(), 0.5f);
    Files.writeString(
        folder.resolve("run.json"),
        """
        {"name": "kettle", "status": "completed", "version": "9.9", "runtime": "djl",
         "base_model": "%s", "step": 2, "steps": 2, "epoch": 1.0, "elapsed_s": 61.2,
         "model": {"parameters": 182208, "trainable_parameters": 256},
         "dataset": {"training": {"path": "/secret/place/kettle.jsonl", "sha256": "00ff",
           "examples": 40, "tokens": 1218}, "training_examples": 36, "validation_examples": 4},
         "machine": {"os": "Linux", "arch": "amd64", "processors": 2, "memory_bytes": 1073741824},
         "config": {"method": "lora", "input": {"dataset": "/secret/place/kettle.jsonl"},
           "training": {"learning_rate": 2.0E-4, "epochs": 1},
           "lora": {"rank": 2, "target_modules": ["q_proj", "v_proj"]}}}
        """
            .formatted(base));
    Files.writeString(
        folder.resolve("metrics.jsonl"),
        "{\"step\":1,\"loss\":7.5}\n{\"step\":2,\"loss\":6.25}\n{\"step\":3,\"lo");
    Files.writeString(
        folder.resolve("events.jsonl"),
        """
        {"type":"step","step":1,"loss":9}
        {"type":"eval","step":2,"eval_loss":2.0}
        """);
    return folder;
  }
}
