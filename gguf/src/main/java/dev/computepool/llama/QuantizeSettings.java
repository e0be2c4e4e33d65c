package dev.computepool.llama;

import dev.computepool.gguf.GgmlType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a model is to be quantized.
///
/// @param type what most tensors become
/// @param threads that compute, at least 1
/// @param outputType what `output.weight` becomes; null leaves it to the type
/// @param embeddingType what the token embeddings become; null leaves it to the type
/// @param tensorTypes what tensors become whose name has a match, the first rule that fits
/// @param overrides metadata of the result
/// @param prunedLayers layers that are left out, ascending
/// @param allowRequantize whether tensors that are quantized already may be quantized again
/// @param leaveOutput whether `output.weight` stays as it is
/// @param pure whether all tensors get the same type instead of the type's mixture
/// @param keepSplit whether the result has as many files as the source
public record QuantizeSettings(
    FileType type,
    int threads,
    @Nullable GgmlType outputType,
    @Nullable GgmlType embeddingType,
    List<TensorRule> tensorTypes,
    List<MetadataOverride> overrides,
    List<Integer> prunedLayers,
    boolean allowRequantize,
    boolean leaveOutput,
    boolean pure,
    boolean keepSplit)
    implements Serializable {
  public QuantizeSettings {
    tensorTypes = List.copyOf(tensorTypes);
    overrides = List.copyOf(overrides);
    prunedLayers = prunedLayers.stream().sorted().distinct().toList();
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("threads is " + threads + ", not 1 to 1024");
    }
    for (int layer : prunedLayers) {
      if (layer < 0) {
        throw new IllegalArgumentException("layer " + layer + " is negative");
      }
    }
  }

  /// The type's own choices on so many threads.
  public static QuantizeSettings of(FileType type, int threads) {
    return new QuantizeSettings(
        type, threads, null, null, List.of(), List.of(), List.of(), false, false, false, false);
  }

  /// These settings with one more override.
  public QuantizeSettings with(MetadataOverride override) {
    List<MetadataOverride> more = new ArrayList<>(overrides);
    more.add(override);
    return new QuantizeSettings(
        type,
        threads,
        outputType,
        embeddingType,
        tensorTypes,
        more,
        prunedLayers,
        allowRequantize,
        leaveOutput,
        pure,
        keepSplit);
  }

  /// One rule for tensors by name.
  ///
  /// @param pattern a regular expression of C++ (ECMAScript), found anywhere in the name
  public record TensorRule(String pattern, GgmlType type) implements Serializable {
    public TensorRule {
      if (pattern.isEmpty()) {
        throw new IllegalArgumentException("the pattern of a tensor rule is empty");
      }
    }
  }
}
