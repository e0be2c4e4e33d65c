package dev.computepool.publish;

import dev.computepool.gguf.GgmlType;
import dev.computepool.llama.FileType;
import java.util.List;
import java.util.Map;

/// How large a quantized file will be, about: for a plan that is shown before there is a file that
/// llama.cpp could be asked about.
final class QuantSize {
  // Types whose names are no type of a tensor: what most of their tensors become.
  private static final Map<FileType, GgmlType> MAIN =
      Map.of(
          FileType.IQ2_M, GgmlType.IQ2_S,
          FileType.IQ3_XS, GgmlType.IQ3_S,
          FileType.IQ3_M, GgmlType.IQ3_S,
          FileType.MXFP4_MOE, GgmlType.MXFP4);

  // What of the weights the mixtures of llama.cpp give more bits than the rest.
  private static final double MEDIUM = 1.07;
  private static final double LARGE = 1.13;

  private QuantSize() {}

  /// A tensor of the model.
  ///
  /// @param row elements of its innermost extent
  /// @param flat whether it has one extent only, and stays as it is
  record Tensor(String name, long elements, long row, boolean flat) {}

  /// Bytes of the tensors.
  static long of(List<Tensor> tensors, FileType type) {
    GgmlType main = main(type);
    double more = type.name().endsWith("_M") ? MEDIUM : type.name().endsWith("_L") ? LARGE : 1;
    double bytes = 0;
    for (Tensor tensor : tensors) {
      if (tensor.flat()) {
        bytes += GgmlType.F32.bytesFor(tensor.elements());
      } else if (tensor.name().equals("output.weight") && main.isQuantized()) {
        double least = bitsOf(GgmlType.Q6_K, tensor.row());
        bytes += tensor.elements() * Math.max(least, bitsOf(main, tensor.row())) / 8;
      } else {
        bytes += tensor.elements() * more * bitsOf(main, tensor.row()) / 8;
      }
    }
    return Math.round(bytes);
  }

  private static GgmlType main(FileType type) {
    GgmlType known = MAIN.get(type);
    if (known != null) {
      return known;
    }
    for (String name = type.name(); ; name = name.substring(0, name.lastIndexOf('_'))) {
      for (GgmlType candidate : GgmlType.values()) {
        if (candidate.name().equals(name)) {
          return candidate;
        }
      }
      if (name.lastIndexOf('_') < 0) {
        throw new IllegalArgumentException(type + " names no type of a tensor");
      }
    }
  }

  /// Bits of a weight. Where rows are not whole blocks, llama.cpp takes a type with smaller ones
  /// and a few more bits.
  private static double bitsOf(GgmlType type, long row) {
    double bits = 8.0 * type.typeSize() / type.blockSize();
    return row % type.blockSize() == 0 ? bits : Math.min(16, bits + 1);
  }
}
