package dev.computepool.convert.model;

import dev.computepool.gguf.GgmlType;
import java.util.List;
import java.util.Set;

/// Which type each tensor of a model gets.
///
/// Vectors, norms and what routes tokens to experts stay `F32`; rows that are not whole blocks
/// become `F16` instead.
public final class TypePolicy {
  private static final Set<String> GLOBAL_F32 =
      Set.of("position_embd.weight", "token_types.weight");
  private static final List<String> BLOCK_F32 =
      List.of(".ffn_gate_inp.weight", ".ffn_gate_inp_shexp.weight");
  private static final List<String> SUFFIXES = List.of(".weight", ".lora_a", ".lora_b");

  private TypePolicy() {}

  /// The type of a tensor.
  ///
  /// @param name in GGUF
  /// @param shape as PyTorch prints it
  /// @param wanted the type of most tensors
  public static GgmlType typeOf(String name, List<Long> shape, GgmlType wanted) {
    boolean single =
        shape.size() <= 1
            || name.endsWith("_norm.weight")
            || GLOBAL_F32.contains(name)
            || BLOCK_F32.stream().anyMatch(name::endsWith)
            || SUFFIXES.stream().noneMatch(name::endsWith);
    if (single) {
      return GgmlType.F32;
    }
    return shape.getLast() % wanted.blockSize() == 0 ? wanted : GgmlType.F16;
  }
}
