package dev.computepool.sharding.plan;

import dev.computepool.gguf.GgmlType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How a model is quantized, in the words that a SwarmLLM manifest has for it.
///
/// @see <a href="https://github.com/enapt/SwarmLLM">SwarmLLM,
// crates/swarmllm-types/src/model.rs</a>
public enum Quantization {
  Q2K("Q2_K", 10),
  Q3KS("Q3_K_S", 11),
  Q3KM("Q3_K_M", 12),
  Q3KL("Q3_K_L", 13),
  Q4KS("Q4_K_S", 14),
  Q4KM("Q4_K_M", 15),
  Q5KS("Q5_K_S", 16),
  Q5KM("Q5_K_M", 17),
  Q6K("Q6_K", 18),
  Q4_0("Q4_0", 2),
  Q4_1("Q4_1", 3),
  Q5_0("Q5_0", 8),
  Q5_1("Q5_1", 9),
  Q8_0("Q8_0", 7),
  IQ1S("IQ1_S", 24),
  IQ1M("IQ1_M", 31),
  IQ2XXS("IQ2_XXS", 19),
  IQ2XS("IQ2_XS", 20),
  IQ2S("IQ2_S", 28),
  IQ2M("IQ2_M", 29),
  IQ3XXS("IQ3_XXS", 23),
  IQ3XS("IQ3_XS", 22),
  IQ3S("IQ3_S", 26),
  IQ3M("IQ3_M", 27),
  IQ4XS("IQ4_XS", 30),
  IQ4NL("IQ4_NL", 25),
  FP16("F16", 1),
  BF16("BF16", 32),
  FP32("F32", 0),
  Unknown("unknown", -1);

  private static final int OLD_Q2_K_S = 21;
  private static final int GUESSED =
      1024; // llama.cpp sets this bit where the type is its own guess

  // Q4_K and its kin: a name without size means the medium one, as for llama-quantize.
  private static final Map<String, Quantization> OTHER_LABELS =
      Map.of("Q2_K_S", Q2K, "Q3_K", Q3KM, "Q4_K", Q4KM, "Q5_K", Q5KM, "FP16", FP16, "FP32", FP32);

  private static final Pattern WORD =
      Pattern.compile(
          "(?<![A-Z0-9])(?:I?Q[0-9](?:_(?:[01]|K|XXS|XS|S|M|NL|L|XL))+|BF16|FP?16|FP?32)(?![A-Z0-9])",
          Pattern.CASE_INSENSITIVE);

  private final String label;
  private final int fileType;

  Quantization(String label, int fileType) {
    this.label = label;
    this.fileType = fileType;
  }

  /// The name that llama.cpp uses, such as `Q4_K_M`.
  public String label() {
    return label;
  }

  /// Whether every node since the first release reads this word; an older node drops a model whose
  /// manifest has another.
  public boolean isOriginal() {
    return switch (this) {
      case Q4KM, Q5KM, Q6K, Q8_0, FP16 -> true;
      case Q2K, Q3KS, Q3KM, Q3KL, Q4KS, Q5KS, Q4_0, Q4_1, Q5_0, Q5_1 -> false;
      case IQ1S, IQ1M, IQ2XXS, IQ2XS, IQ2S, IQ2M, IQ3XXS, IQ3XS, IQ3S, IQ3M, IQ4XS, IQ4NL -> false;
      case BF16, FP32, Unknown -> false;
    };
  }

  /// What a `general.file_type` stands for, which is a number of llama.cpp's `llama_ftype`.
  static Optional<Quantization> ofFileType(long number) {
    long type = number & ~GUESSED;
    for (Quantization quantization : values()) {
      if (quantization != Unknown && quantization.fileType == type) {
        return Optional.of(quantization);
      }
    }
    return type == OLD_Q2_K_S ? Optional.of(Q2K) : Optional.empty();
  }

  /// What the last word for a quantization in a file's name says, such as `Q4_K_M` in
  /// `tiny.Q4_K_M.gguf`.
  static Optional<Quantization> ofFileName(String fileName) {
    return WORD.matcher(fileName)
        .results()
        .map(MatchResult::group)
        .flatMap(word -> ofLabel(word).stream())
        .reduce((earlier, later) -> later);
  }

  private static Optional<Quantization> ofLabel(String text) {
    for (Quantization quantization : values()) {
      if (quantization != Unknown && quantization.label.equalsIgnoreCase(text)) {
        return Optional.of(quantization);
      }
    }
    @Nullable Quantization other = OTHER_LABELS.get(text.toUpperCase(Locale.ROOT));
    return Optional.ofNullable(other);
  }

  /// The word for a model whose tensors are mostly of this type.
  static Quantization of(GgmlType type) {
    return ofLabel(type.name()).orElse(Unknown);
  }
}
