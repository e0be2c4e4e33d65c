package dev.computepool.llama.quantize;

import java.nio.file.Path;
import java.util.List;

/// What quantizing a model comes to.
///
/// @param sources the files of the model
/// @param tensors in the order of the result
/// @param inputBytes of the source's files
/// @param result the files that will be written
/// @param warnings of the library, such as tensors whose shape does not allow the type
public record QuantizePlan(
    QuantizeRequest request,
    List<Path> sources,
    List<PlannedTensor> tensors,
    long inputBytes,
    ResultFiles result,
    List<String> warnings) {
  public QuantizePlan {
    sources = List.copyOf(sources);
    tensors = List.copyOf(tensors);
    warnings = List.copyOf(warnings);
  }

  /// Bytes of the result's files.
  public long outputBytes() {
    return result.bytes();
  }

  /// Weights of all tensors.
  public long elements() {
    return tensors.stream().mapToLong(t -> t.shape().elements()).sum();
  }

  /// Bits for each weight in the source, without its metadata.
  public double bitsPerWeightBefore() {
    return tensors.stream().mapToLong(PlannedTensor::bytesBefore).sum() * 8.0 / elements();
  }

  /// Bits for each weight in the result, without its metadata.
  public double bitsPerWeight() {
    return tensors.stream().mapToLong(PlannedTensor::bytesAfter).sum() * 8.0 / elements();
  }
}
