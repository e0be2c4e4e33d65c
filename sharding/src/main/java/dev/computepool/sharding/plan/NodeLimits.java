package dev.computepool.sharding.plan;

import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.TensorInfo;
import java.util.ArrayList;
import java.util.List;

/// What a SwarmLLM node does not load, though the file is a valid GGUF.
///
/// @see <a href="https://github.com/enapt/SwarmLLM">SwarmLLM, src/inference/split</a>
final class NodeLimits {
  private static final long MIN_SHARD = 64L << 20;
  private static final long MAX_SHARD = 2048L << 20;
  private static final long MAX_HEADER = 64L << 20;
  private static final long MAX_LAYERS = 256;
  private static final long MAX_EMBEDDING = 65_536;
  private static final long MAX_HEADS = 256;
  private static final long MAX_ELEMENTS = 1L << 40;

  private NodeLimits() {}

  /// One sentence for each thing that a node would stumble over.
  static List<String> warnings(GgufHeader header, String architecture, long shardSize) {
    List<String> warnings = new ArrayList<>();
    if (shardSize < MIN_SHARD || shardSize > MAX_SHARD) {
      warnings.add(
          "a node accepts shard sizes from 64 to 2048 MiB, not %d bytes".formatted(shardSize));
    }
    if (header.dataOffset() > MAX_HEADER) {
      warnings.add(
          "the header has %d bytes; a node reads at most 64 MiB".formatted(header.dataOffset()));
    }
    number(header, architecture + ".block_count", MAX_LAYERS, warnings);
    number(header, architecture + ".embedding_length", MAX_EMBEDDING, warnings);
    number(header, architecture + ".attention.head_count", MAX_HEADS, warnings);
    number(header, architecture + ".attention.head_count_kv", MAX_HEADS, warnings);
    String epsilon = architecture + ".attention.layer_norm_rms_epsilon";
    if (!header.metadata().contains(epsilon)) {
      warnings.add(missing(epsilon));
    }
    for (TensorInfo tensor : header.tensors()) {
      if (tensor.shape().elements() > MAX_ELEMENTS) {
        warnings.add(
            "tensor %s has %d elements; a node reads at most 2^40"
                .formatted(tensor.name(), tensor.shape().elements()));
      }
    }
    return warnings;
  }

  private static void number(GgufHeader header, String key, long limit, List<String> warnings) {
    header
        .metadata()
        .get(key)
        .ifPresentOrElse(
            value -> {
              if (!(value instanceof MetadataValue.Int number)) {
                warnings.add("%s is %s; a node needs one integer".formatted(key, value.type()));
              } else if (number.bits() < 0 || number.bits() > limit) {
                warnings.add("%s is %s; a node reads at most %d".formatted(key, number, limit));
              }
            },
            () -> warnings.add(missing(key)));
  }

  private static String missing(String key) {
    return "the metadata lacks " + key + ", which a node needs";
  }
}
