package dev.computepool.train.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.AtomicFile;
import dev.computepool.base.FormatException;
import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;
import dev.computepool.convert.family.Hyperparameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a model's `config.json` says about how it computes.
///
/// @param hidden width of the residual stream
/// @param intermediate width within the feed-forward layers
/// @param keyHeads number of heads of keys and values, a divisor of `heads`
/// @param headSize dimensions of one head
/// @param tied whether the head that makes logits is the embedding itself
/// @param biases of which projections there are
/// @param windows of each layer: how many tokens back attention reaches, the token itself
///     included, or 0 for all of them
/// @param embeddingScale by which embeddings are multiplied
/// @param attentionScale by which products of queries and keys are multiplied
/// @param attentionCap these are kept within, softly; 0 for none
/// @param logitCap logits are kept within, softly; 0 for none
/// @param rope of layers without a window, and of all where `slidingRope` is null
public record ModelConfig(
    Family family,
    int vocabulary,
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int keyHeads,
    int headSize,
    double normEpsilon,
    boolean tied,
    Biases biases,
    List<Integer> windows,
    double embeddingScale,
    double attentionScale,
    double attentionCap,
    double logitCap,
    int maxPositions,
    Rope rope,
    @Nullable Rope slidingRope) {
  private static final String FILE = "config.json";
  private static final int MAX_EXTENT = 1 << 24;

  public ModelConfig {
    windows = List.copyOf(windows);
  }

  /// Which projections have a bias.
  record Biases(boolean inputs, boolean output, boolean feedForward) {
    boolean on(Projection projection) {
      return switch (projection) {
        case QUERY, KEY, VALUE -> inputs;
        case OUTPUT -> output;
        case GATE, UP, DOWN -> feedForward;
      };
    }
  }

  /// Reads the configuration of a Hugging Face directory.
  ///
  /// @throws FormatException with all that is wrong with it, or that cannot be trained here
  public static ModelConfig read(Path directory) throws IOException {
    Problems problems = new Problems();
    ModelDirectory found = ModelDirectory.readConfig(directory, problems);
    problems.throwIfAny(directory);
    return of(found, problems);
  }

  /// Writes the configuration of a model whose weights are now floats of 32 bits beside them,
  /// with its settings for generation.
  public static void copyForFloats(Path from, Path to) throws IOException {
    Problems problems = new Problems();
    ModelDirectory found = ModelDirectory.readConfig(from, problems);
    problems.throwIfAny(from);
    ObjectNode config = found.config().deepCopy();
    config.put(config.has("dtype") ? "dtype" : "torch_dtype", "float32");
    AtomicFile.writeString(to.resolve(FILE), config.toPrettyString() + "\n");
    if (!found.generationConfig().isEmpty()) {
      AtomicFile.writeString(
          to.resolve("generation_config.json"), found.generationConfig().toPrettyString() + "\n");
    }
  }

  static ModelConfig of(ModelDirectory directory, Problems problems) throws FormatException {
    JsonNode named = directory.config().path("architectures").path(0);
    String architecture = named.asText("");
    Family family = Family.of(architecture).orElse(null);
    if (family == null) {
      problems.add(
          FILE,
          (architecture.isEmpty()
                  ? "names no architecture"
                  : architecture + " cannot be trained here")
              + "; known: "
              + Family.known());
      problems.throwIfAny(directory.path());
      throw new IllegalStateException("a problem was added");
    }
    ModelConfig config = of(family, Hyperparameters.of(directory.config(), problems), problems);
    problems.throwIfAny(directory.path());
    return config;
  }

  private static ModelConfig of(Family family, Hyperparameters h, Problems problems) {
    if (h.has("quantization_config")) {
      problems.add(FILE, "quantization_config: quantized weights cannot be trained here");
    }
    int hidden = extent(h, problems, "hidden_size");
    int heads = extent(h, problems, "num_attention_heads");
    int headSize =
        h.integer("head_dim").isPresent()
            ? extent(h, problems, "head_dim")
            : hidden / Math.max(1, heads);
    int layers = extent(h, problems, "num_hidden_layers");
    int keyHeads = extent(h, problems, "num_key_value_heads");
    if (heads % keyHeads != 0) {
      problems.add(FILE, "%d heads are no multiple of %d of keys".formatted(heads, keyHeads));
    }
    if (headSize % 2 != 0) {
      problems.add(FILE, "head_dim is " + headSize + ", which is odd");
    }
    String activation = h.text("hidden_act").orElse("silu");
    if (!family.isGemma() && !activation.equals("silu")) {
      problems.add(FILE, "hidden_act is " + activation + ", not silu");
    }
    if (h.flag("use_bidirectional_attention", false)) {
      problems.add(FILE, "use_bidirectional_attention: only causal attention is known");
    }
    double scalar =
        family.normsOutputs() ? h.number("query_pre_attn_scalar").orElse(256) : headSize;
    return new ModelConfig(
        family,
        extent(h, problems, "vocab_size"),
        hidden,
        extent(h, problems, "intermediate_size"),
        layers,
        heads,
        keyHeads,
        headSize,
        h.requiredNumber("rms_norm_eps"),
        h.flag("tie_word_embeddings", false),
        biases(family, h),
        windows(family, h, layers, problems),
        family.isGemma() ? (float) Math.sqrt(hidden) : 1,
        1 / Math.sqrt(scalar),
        family == Family.GEMMA2 ? h.number("attn_logit_softcapping").orElse(0) : 0,
        family.normsOutputs() ? h.number("final_logit_softcapping").orElse(0) : 0,
        extent(h, problems, "max_position_embeddings"),
        Rope.of(h.rope(), "rope_parameters", headSize, problems),
        family == Family.GEMMA3
            ? Rope.of(h.slidingRope(), "rope_parameters of sliding layers", headSize, problems)
            : null);
  }

  private static int extent(Hyperparameters h, Problems problems, String key) {
    long value = h.required(key);
    if (value < 1 || value > MAX_EXTENT) {
      problems.add(FILE, key + " is " + value);
      return 1;
    }
    return (int) value;
  }

  private static Biases biases(Family family, Hyperparameters h) {
    boolean attention = h.flag("attention_bias", false);
    return switch (family) {
      case LLAMA -> new Biases(attention, attention, h.flag("mlp_bias", false));
      case MISTRAL -> new Biases(false, false, false);
      case QWEN2 -> new Biases(true, false, false);
      case QWEN3, GEMMA, GEMMA2, GEMMA3 -> new Biases(attention, attention, false);
    };
  }

  private static List<Integer> windows(
      Family family, Hyperparameters h, int layers, Problems problems) {
    int window =
        family == Family.LLAMA || family == Family.GEMMA
            ? 0
            : (int) Math.min(Integer.MAX_VALUE, h.integer("sliding_window").orElse(0));
    long first = h.integer("max_window_layers").orElse(28);
    long pattern = h.integer("sliding_window_pattern", "_sliding_window_pattern").orElse(6);
    JsonNode types = h.find("layer_types").orElse(null);
    List<Integer> windows = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      boolean sliding =
          types != null
              ? slides(types.path(layer).asText(), layer, problems)
              : switch (family) {
                case LLAMA, GEMMA -> false;
                case MISTRAL -> true;
                case QWEN2, QWEN3 -> layer >= first;
                case GEMMA2 -> layer % 2 == 0;
                case GEMMA3 -> (layer + 1) % pattern != 0;
              };
      windows.add(sliding ? window : 0);
    }
    return windows;
  }

  private static boolean slides(String type, int layer, Problems problems) {
    if (!type.equals("sliding_attention") && !type.equals("full_attention")) {
      problems.add(FILE, "layer_types has '%s' for layer %d".formatted(type, layer));
    }
    return type.equals("sliding_attention");
  }

  /// Inputs of a projection.
  public int inputs(Projection projection) {
    return switch (projection) {
      case QUERY, KEY, VALUE, GATE, UP -> hidden;
      case OUTPUT -> heads * headSize;
      case DOWN -> intermediate;
    };
  }

  /// Outputs of a projection.
  public int outputs(Projection projection) {
    return switch (projection) {
      case QUERY -> heads * headSize;
      case KEY, VALUE -> keyHeads * headSize;
      case GATE, UP -> intermediate;
      case OUTPUT, DOWN -> hidden;
    };
  }

  /// Whether a layer turns by the angles of sliding layers.
  boolean turnsAsSliding(int layer) {
    return slidingRope != null && windows.get(layer) > 0;
  }
}
