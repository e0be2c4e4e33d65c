package dev.computepool.convert.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;
import dev.computepool.convert.tensor.Dense;
import dev.computepool.convert.tensor.Rescaled;
import dev.computepool.convert.tensor.Stored;
import dev.computepool.safetensors.SafetensorsSet;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// How the weights of a model that was saved in 8 bits become numbers again: each has a tensor of
/// factors beside it: one for the whole, one for each matrix of a stack, one for each row, or one
/// for each block.
///
/// @param suffix what the name of a weight is followed by in that of its factors, or empty where
///     weights have none
/// @param block rows and columns of a block, or empty where there are no blocks
record ScaledWeights(String suffix, List<Long> block) {
  private static final String INVERSE = "_scale_inv";
  // What ModelOpt, AutoGPTQ and AutoAWQ write, and how names of their tensors end. Some write no
  // `quantization_config`; but a file that was left beside other weights says nothing of them.
  private static final List<String> ELSEWHERE =
      List.of("hf_quant_config.json", "quantize_config.json", "quant_config.json");
  private static final Pattern PACKED = Pattern.compile(".*\\.(qweight|weight_scale)");
  private static final Set<String> COMPRESSED =
      Set.of("float-quantized", "int-quantized", "naive-quantized");

  /// What `quantization_config` says, or a file of its own as some quantizers write it.
  ///
  /// @return nothing if the weights are quantized in a way that is not read, which is then noted
  static Optional<ScaledWeights> of(
      ModelDirectory directory, SafetensorsSet weights, Problems problems) throws IOException {
    JsonNode quantization = directory.config().path("quantization_config");
    String method = quantization.path("quant_method").asText();
    String format = quantization.path("format").asText();
    if (method.isEmpty()) {
      boolean packed = weights.names().stream().anyMatch(name -> PACKED.matcher(name).matches());
      for (String file : packed ? ELSEWHERE : List.<String>of()) {
        Optional<ObjectNode> json = directory.json(file, problems);
        if (json.isPresent()) {
          refuse(file, howElsewhere(json.get()), problems);
          return Optional.empty();
        }
      }
      return Optional.of(new ScaledWeights("", List.of()));
    }
    if (method.equals("fp8")) {
      return of(INVERSE, quantization.path("weight_block_size"), problems);
    }
    JsonNode groups = quantization.path("config_groups");
    if (method.equals("compressed-tensors") && COMPRESSED.contains(format) && groups.size() == 1) {
      JsonNode group = groups.elements().next();
      return of("_scale", group.path("weights").path("block_structure"), problems);
    }
    refuse("config.json", how(quantization), problems);
    return Optional.empty();
  }

  private static void refuse(String file, String how, Problems problems) {
    problems.add(
        file,
        "the weights are quantized already, by %s: convert the model that they are made of"
            .formatted(how));
  }

  /// In the quantizer's own words, such as `gptq, 4 bits`.
  private static String how(JsonNode quantization) {
    List<String> words = new ArrayList<>();
    for (String key : List.of("quant_method", "format", "quant_algo")) {
      if (quantization.path(key).isTextual()) {
        words.add(quantization.path(key).asText());
      }
    }
    for (String key : List.of("bits", "w_bit")) {
      if (quantization.path(key).isIntegralNumber()) {
        words.add(quantization.path(key).asText() + " bits");
      }
    }
    return String.join(", ", words);
  }

  private static String howElsewhere(JsonNode json) {
    String producer = json.path("producer").path("name").asText();
    String how = how(json.path("quantization").isObject() ? json.path("quantization") : json);
    List<String> words = new ArrayList<>(List.of(producer, how));
    words.removeIf(String::isEmpty);
    return words.isEmpty() ? "whoever wrote this file" : String.join(", ", words);
  }

  private static Optional<ScaledWeights> of(String suffix, JsonNode sizes, Problems problems) {
    List<Long> block = new ArrayList<>();
    sizes.forEach(size -> block.add(size.asLong()));
    boolean right = block.isEmpty() || block.size() == 2;
    if (!right || block.stream().anyMatch(size -> size < 1)) {
      problems.add("config.json", "%s are no rows and columns of a block".formatted(sizes));
      return Optional.empty();
    }
    return Optional.of(new ScaledWeights(suffix, block));
  }

  /// Whether a tensor is needed for others only: factors, or what scales the activations.
  boolean isFactor(String name) {
    // Experts that are all in one tensor have no `.weight` in their names.
    String ending = suffix.equals(INVERSE) ? suffix : ".weight" + suffix;
    return !suffix.isEmpty() && (name.endsWith(ending) || name.endsWith("activation_scale"));
  }

  /// The numbers of a weight.
  Dense numbers(StoredTensor tensor, SafetensorsSet weights, Problems problems) {
    Dense stored = new Stored(tensor.dtype(), tensor.shape(), weights.bytes(tensor.name()));
    StoredTensor factors = suffix.isEmpty() ? null : weights.find(tensor.name() + suffix);
    if (factors == null) {
      return stored;
    }
    try {
      Dense scales = new Stored(factors.dtype(), factors.shape(), weights.bytes(factors.name()));
      List<Long> shape = tensor.shape();
      if (shape.size() < 2) {
        throw new IllegalArgumentException("%s is the shape of no matrix".formatted(shape));
      }
      if (!block.isEmpty()) {
        return new Rescaled(stored, scales, block.getFirst(), block.getLast());
      }
      long columns = shape.getLast();
      long rows = shape.get(shape.size() - 2);
      long all = stored.elements() / Math.max(1, columns);
      if (scales.elements() == 1) {
        return new Rescaled(stored, scales, all, all, columns);
      }
      boolean ofMatrices = scales.elements() == all / Math.max(1, rows);
      return new Rescaled(stored, scales, ofMatrices ? rows : 1, columns);
    } catch (IllegalArgumentException e) {
      problems.add("tensor " + factors.name(), String.valueOf(e.getMessage()));
      return stored;
    }
  }
}
