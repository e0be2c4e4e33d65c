package dev.computepool.sharding.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/// What one shard holds: whole tensors, so that no layer spans two shards.
///
/// The rule is SwarmLLM's, to the integer: nodes cut the same file at the same places. Tensors of
/// a layer stay together; what stands before the layers (`token_embd…`, and whatever is no layer
/// and no output) begins the first shard, `output…` ends the last. Layers fill a shard until it
/// reaches an equal part of the bytes that are left for the shards that are left.
///
/// @param index number of the shard, from 0
/// @param layers the layers whose tensors it holds; `[0, 0)` in a model without layers
/// @param tensors in ascending order of their offset, which is their order in the shard
/// @see <a href="https://github.com/enapt/SwarmLLM">SwarmLLM, src/inference/shard_layout.rs</a>
public record ShardLayout(int index, LayerRange layers, List<TensorSpan> tensors) {
  public ShardLayout {
    tensors = List.copyOf(tensors);
  }

  /// Bytes of the shard: those of its tensors, without gaps.
  public long sizeBytes() {
    return tensors.stream().mapToLong(TensorSpan::size).sum();
  }

  /// How many shards a file of this size asks for; what {@link #compute} makes may be fewer.
  ///
  /// @param fileSize bytes of the whole model file, header and padding included
  /// @param shardSize what a shard is to hold, in bytes, at least 1
  public static long requestedShards(long fileSize, long shardSize) {
    if (shardSize < 1) {
      throw new IllegalArgumentException("shard size must be at least 1 byte, not " + shardSize);
    }
    return Math.max(1, Math.ceilDiv(fileSize, shardSize));
  }

  /// Cuts a model.
  ///
  /// @param tensors in any order
  /// @param requested how many shards to aim for, at least 1
  public static List<ShardLayout> compute(List<TensorSpan> tensors, long requested) {
    if (requested < 1) {
      throw new IllegalArgumentException("cannot cut a model into " + requested + " shards");
    }
    return new Cut(tensors, requested).cut();
  }

  /// Whether a node leaves this tensor out of every shard: it claims a layer that has no number.
  public static boolean isDropped(TensorSpan tensor) {
    return tensor.inLayer() && tensor.layer().isEmpty();
  }

  /// One cut in progress.
  private static final class Cut {
    private final long requested;
    private final List<TensorSpan> prefix = new ArrayList<>();
    private final TreeMap<Long, List<TensorSpan>> layers = new TreeMap<>();
    private final List<TensorSpan> suffix = new ArrayList<>();
    private final List<ShardLayout> shards = new ArrayList<>();

    Cut(List<TensorSpan> tensors, long requested) {
      this.requested = requested;
      for (TensorSpan tensor : tensors) {
        if (tensor.inLayer()) {
          OptionalLong layer = tensor.layer();
          if (layer.isPresent()) {
            layers.computeIfAbsent(layer.getAsLong(), n -> new ArrayList<>()).add(tensor);
          }
        } else if (tensor.name().startsWith("output")) {
          suffix.add(tensor);
        } else {
          prefix.add(tensor);
        }
      }
    }

    List<ShardLayout> cut() {
      long total = bytes(prefix) + bytes(suffix);
      for (List<TensorSpan> layer : layers.values()) {
        total += bytes(layer);
      }
      List<TensorSpan> current = new ArrayList<>(prefix);
      long currentBytes = bytes(prefix);
      long emittedBytes = 0;
      long first = layers.isEmpty() ? 0 : layers.firstKey();
      long end = first;
      int remainingLayers = layers.size();
      for (var layer : layers.entrySet()) {
        remainingLayers--;
        current.addAll(layer.getValue());
        currentBytes += bytes(layer.getValue());
        end = layer.getKey() + 1;
        long slots = Math.max(1, requested - shards.size());
        long remainingShards = requested - shards.size() - 1;
        long target = Math.max(0, total - emittedBytes) / slots;
        boolean full = remainingShards > remainingLayers || currentBytes >= target;
        if (remainingLayers > 0 && remainingShards != 0 && full) {
          emit(new LayerRange(first, end), current);
          emittedBytes += currentBytes;
          current = new ArrayList<>();
          currentBytes = 0;
          first = layers.higherKey(layer.getKey());
        }
      }
      current.addAll(suffix);
      emit(new LayerRange(first, end), current);
      return List.copyOf(shards);
    }

    private void emit(LayerRange range, List<TensorSpan> tensors) {
      tensors.sort(Comparator.comparingLong(TensorSpan::offset));
      shards.add(new ShardLayout(shards.size(), range, tensors));
    }

    private static long bytes(List<TensorSpan> tensors) {
      return tensors.stream().mapToLong(TensorSpan::size).sum();
    }
  }
}
