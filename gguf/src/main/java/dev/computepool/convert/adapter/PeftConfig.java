package dev.computepool.convert.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.convert.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What `adapter_config.json` tells that matters once training is over.
///
/// @param alpha of all modules that no pattern names
/// @param alphaPatterns alpha of the modules whose names end like that, the first that does counts
/// @param rankStabilized whether the scale is `alpha / sqrt(rank)` and not `alpha / rank` (rsLoRA)
/// @param decomposed whether each module has a vector of magnitudes (DoRA)
/// @param transposed whether the base stores its matrices as `[inputs, outputs]`
///     (`fan_in_fan_out`)
/// @param invocationTokens ids that switch the adapter on where they occur (aLoRA), or none
record PeftConfig(
    double alpha,
    List<AlphaPattern> alphaPatterns,
    boolean rankStabilized,
    boolean decomposed,
    boolean transposed,
    List<Long> invocationTokens) {
  static final String FILE = "adapter_config.json";

  /// Alpha of some modules.
  record AlphaPattern(Pattern pattern, double alpha) {}

  static PeftConfig of(ObjectNode tree, Problems problems) {
    String type = tree.path("peft_type").asText("LORA");
    if (!type.equals("LORA")) {
      problems.add(FILE, "peft_type is " + type + ", only LORA is known");
    }
    if (!tree.path("lora_alpha").isNumber()) {
      problems.add(FILE, "lora_alpha is " + tree.path("lora_alpha") + ", no number");
    }
    if (tree.path("invocation_string").asText().isEmpty()
        || tree.path("alora_invocation_tokens").isArray()) {
      return read(tree, problems);
    }
    problems.add(FILE, "has an invocation_string without alora_invocation_tokens");
    return read(tree, problems);
  }

  private static PeftConfig read(ObjectNode tree, Problems problems) {
    List<AlphaPattern> patterns = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : tree.path("alpha_pattern").properties()) {
      try {
        patterns.add(
            new AlphaPattern(
                Pattern.compile("(.*\\.)?(" + entry.getKey() + ")"), entry.getValue().asDouble()));
      } catch (PatternSyntaxException e) {
        problems.add(
            FILE, "alpha_pattern has %s: %s".formatted(entry.getKey(), e.getDescription()));
      }
    }
    List<Long> tokens = new ArrayList<>();
    for (JsonNode token : tree.path("alora_invocation_tokens")) {
      if (token.isIntegralNumber() && token.asLong() >= 0 && token.asLong() <= 0xffff_ffffL) {
        tokens.add(token.asLong());
      } else {
        problems.add(FILE, "alora_invocation_tokens has " + token + ", no token's number");
      }
    }
    return new PeftConfig(
        tree.path("lora_alpha").asDouble(),
        List.copyOf(patterns),
        tree.path("use_rslora").asBoolean(),
        tree.path("use_dora").asBoolean(),
        tree.path("fan_in_fan_out").asBoolean(),
        List.copyOf(tokens));
  }

  /// Alpha of one module.
  ///
  /// @param module its name in the model, such as `model.layers.0.self_attn.q_proj`
  double alphaOf(String module) {
    for (AlphaPattern candidate : alphaPatterns) {
      if (candidate.pattern.matcher(module).matches()) {
        return candidate.alpha;
      }
    }
    return alpha;
  }

  /// By what a module's product is multiplied.
  double scaleOf(String module, long rank) {
    double own = alphaOf(module);
    return rankStabilized ? own / Math.sqrt((double) rank) : own / (double) rank;
  }
}
