package dev.computepool.llama;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a whole model can be quantized to: the types of most tensors, as llama.cpp mixes them.
///
/// The names, the numbers and the aliases are those of llama-quantize.
public enum FileType {
  Q1_0(40),
  Q2_0(41),
  Q4_0(2),
  Q4_1(3),
  MXFP4_MOE(38),
  Q5_0(8),
  Q5_1(9),
  IQ2_XXS(19),
  IQ2_XS(20),
  IQ2_S(28),
  IQ2_M(29),
  IQ1_S(24),
  IQ1_M(31),
  TQ1_0(36),
  TQ2_0(37),
  Q2_K(10),
  Q2_K_S(21),
  IQ3_XXS(23),
  IQ3_S(26),
  IQ3_M(27),
  IQ3_XS(22),
  Q3_K_S(11),
  Q3_K_M(12, "Q3_K"),
  Q3_K_L(13),
  IQ4_NL(25),
  IQ4_XS(30),
  Q4_K_S(14),
  Q4_K_M(15, "Q4_K"),
  Q5_K_S(16),
  Q5_K_M(17, "Q5_K"),
  Q6_K(18),
  Q8_0(7),
  F16(1),
  BF16(32),
  F32(0),
  /// Every tensor as it is.
  COPY(0);

  // What people call the types of unquantized models in file names.
  private static final List<String> FLOATS = List.of("FP16", "FP32");

  private final int id;
  private final String alias;

  FileType(int id) {
    this(id, "");
  }

  FileType(int id, String alias) {
    this.id = id;
    this.alias = alias;
  }

  /// The number of `enum llama_ftype`, which the file's `general.file_type` holds.
  public int id() {
    return id;
  }

  /// The type with this name, alias or number, in any case; of number 0 it is `F32`.
  public static Optional<FileType> of(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    for (FileType type : values()) {
      if (type.name().equals(name)
          || type.alias.equals(name)
          || Integer.toString(type.id).equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /// Every word that names a type, aliases included.
  public static List<String> words() {
    List<String> words = new ArrayList<>();
    for (FileType type : values()) {
      words.add(type.name());
      if (!type.alias.isEmpty()) {
        words.add(type.alias);
      }
    }
    return words;
  }

  /// The custom of naming a quantized file: the model's name, a hyphen, the type.
  ///
  /// @param fileName of the source, such as `Model-F16.gguf` or `model-f16-00001-of-00003.gguf`
  /// @return such as `Model-Q4_K_M.gguf`
  public String fileNameFor(String fileName) {
    String stem = fileName.replaceFirst("(?i)\\.gguf$", "");
    stem = stem.replaceFirst("-[0-9]{5}-of-[0-9]{5}$", "");
    int separator = Math.max(stem.lastIndexOf('-'), stem.lastIndexOf('.'));
    if (separator > 0 && isTypeWord(stem.substring(separator + 1))) {
      stem = stem.substring(0, separator);
    }
    return stem + "-" + name() + ".gguf";
  }

  private static boolean isTypeWord(String word) {
    String upper = word.toUpperCase(Locale.ROOT);
    return words().contains(upper) || FLOATS.contains(upper);
  }
}
