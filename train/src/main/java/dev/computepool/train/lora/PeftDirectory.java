package dev.computepool.train.lora;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/// The two files in which PEFT keeps an adapter.
public final class PeftDirectory {
  /// The name of the file with the factors.
  public static final String WEIGHTS = "adapter_model.safetensors";

  /// The name of the file that says what they are.
  public static final String CONFIG = "adapter_config.json";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private PeftDirectory() {}

  /// Writes what PEFT's `LoraConfig` needs to load the factors.
  ///
  /// @param base the name or folder of the model that was adapted
  public static void writeConfig(Path directory, LoraLayout layout, String base)
      throws IOException {
    LoraOptions options = layout.options();
    ObjectNode tree = JSON.createObjectNode();
    tree.put("base_model_name_or_path", base);
    tree.put("bias", "none");
    tree.put("fan_in_fan_out", false);
    tree.put("inference_mode", true);
    tree.put("init_lora_weights", true);
    tree.put("lora_alpha", options.alpha());
    tree.put("lora_dropout", options.dropout());
    tree.putNull("modules_to_save");
    tree.put("peft_type", "LORA");
    tree.put("r", options.rank());
    targets(tree, layout);
    tree.put("task_type", "CAUSAL_LM");
    tree.put("use_dora", false);
    tree.put("use_rslora", options.rankStabilized());
    AtomicFile.writeString(directory.resolve(CONFIG), JSON.writeValueAsString(tree) + "\n");
  }

  /// Patterns stay patterns; names are those of the modules that were found, as PEFT writes them.
  private static void targets(ObjectNode tree, LoraLayout layout) {
    if (layout.options().targets() instanceof LoraTargets.Matching(var pattern)) {
      tree.put("target_modules", pattern.pattern());
      return;
    }
    List<String> names =
        layout.modules().stream()
            .map(m -> m.name().substring(m.name().lastIndexOf('.') + 1))
            .toList();
    ArrayNode array = tree.putArray("target_modules");
    new TreeSet<>(
            layout.options().targets() instanceof LoraTargets.Named(List<String> given)
                ? given
                : names)
        .forEach(array::add);
  }
}
