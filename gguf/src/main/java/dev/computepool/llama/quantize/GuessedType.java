package dev.computepool.llama.quantize;

import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.llama.FileType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The number for `general.file_type` that llama.cpp gives a model which does not state one: that
/// of the type that most of its tensors have, marked as guessed.
final class GuessedType {
  private static final int GUESSED = 1024; // LLAMA_FTYPE_GUESSED
  private static final int NVFP4 = 39; // LLAMA_FTYPE_MOSTLY_NVFP4, which nothing is quantized to

  private GuessedType() {}

  /// Guesses.
  ///
  /// @param tensors in the library's order: of two types, the one that is ahead first counts
  static int of(List<TensorInfo> tensors) {
    Map<GgmlType, Integer> counts = new EnumMap<>(GgmlType.class);
    int most = 0;
    GgmlType guess = GgmlType.F32;
    for (TensorInfo tensor : tensors) {
      int count = counts.merge(tensor.type(), 1, Integer::sum);
      if (count > most) {
        most = count;
        guess = tensor.type();
      }
    }
    int number =
        guess == GgmlType.NVFP4 ? NVFP4 : FileType.of(guess.name()).map(FileType::id).orElse(0);
    return number | GUESSED;
  }
}
