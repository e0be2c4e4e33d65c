package dev.computepool.llama.quantize;

import dev.computepool.gguf.GgmlType;
import dev.computepool.llama.FileType;
import dev.computepool.llama.QuantizeSettings.TensorRule;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// The types that single tensors can be quantized to.
public final class TensorTypes {
  // What ggml_quantize_chunk() has no case for: intermediate results and plain integers.
  private static final Set<GgmlType> NEVER =
      EnumSet.of(
          GgmlType.Q8_1,
          GgmlType.Q8_K,
          GgmlType.I8,
          GgmlType.I16,
          GgmlType.I32,
          GgmlType.I64,
          GgmlType.F64);

  // ggml_quantize_requires_imatrix(): without one the library ends the process.
  private static final Set<GgmlType> NEED_MATRIX =
      EnumSet.of(GgmlType.IQ2_XXS, GgmlType.IQ2_XS, GgmlType.IQ1_S);

  // What llama-quantize refuses without one, but for the first and the last tensor.
  private static final Set<GgmlType> GARBAGE_WITHOUT =
      EnumSet.of(GgmlType.IQ3_XXS, GgmlType.IQ2_S, GgmlType.IQ1_M);

  private TensorTypes() {}

  /// The type with ggml's name for it, in any case, such as `q6_K`.
  ///
  /// @throws IllegalArgumentException if there is none, or nothing can be quantized to it
  public static GgmlType parse(String name) {
    String upper = name.strip().toUpperCase(Locale.ROOT);
    return all().stream()
        .filter(t -> t.name().equals(upper))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is no type for a tensor; there are %s".formatted(name, names())));
  }

  /// A rule written as llama-quantize takes it, such as `attn_v=q8_0`.
  ///
  /// @throws IllegalArgumentException saying what is wrong with `text`
  public static TensorRule parseRule(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("'%s' is not PATTERN=TYPE".formatted(text));
    }
    // In lower case, as there: the names of tensors are.
    return new TensorRule(
        text.substring(0, equals).toLowerCase(Locale.ROOT), parse(text.substring(equals + 1)));
  }

  /// All of them.
  public static List<GgmlType> all() {
    return Arrays.stream(GgmlType.values()).filter(t -> !NEVER.contains(t)).toList();
  }

  /// Whether a tensor becomes so small that it needs an importance matrix.
  ///
  /// @param name of the tensor
  /// @param file what the whole model becomes
  static boolean needsMatrix(String name, GgmlType type, FileType file) {
    if (NEED_MATRIX.contains(type)) {
      return true;
    }
    boolean spared = isEmbedding(name) || name.equals("output.weight");
    return !spared
        && (GARBAGE_WITHOUT.contains(type) || (type == GgmlType.Q2_K && file == FileType.Q2_K_S));
  }

  static boolean isEmbedding(String name) {
    return name.equals("token_embd.weight") || name.equals("per_layer_token_embd.weight");
  }

  private static String names() {
    return all().stream()
        .map(t -> t.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
