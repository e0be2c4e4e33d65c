package dev.computepool.sharding.plan;

import dev.computepool.base.ByteRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What splitting a model makes of it; known from the header alone.
///
/// @param source the path, or the URL, of the model
/// @param fileName its name without folders
/// @param fileSize bytes of the whole file
/// @param name `general.name`, or the file's name without `.gguf`
/// @param quantization word of the manifest for it, such as `Q4KM`
/// @param layers number of transformer layers that the metadata tells of
/// @param contextLength tokens that the model was made for, or null if the file does not say
/// @param shardSize what a shard was to hold, in bytes
/// @param requestedShards how many shards the size asks for; {@link #shards} may be fewer
/// @param header bytes up to the tensor data
/// @param whole one shard that is the whole file; it lists no tensors
/// @param shards at least one
/// @param sidecars tensors that get a file of their own too
/// @param gaps what follows the header and is in no shard, in ascending order: padding, trailing
///     bytes, and tensors that nodes drop
/// @param origin where on Hugging Face the file comes from, if that is known
/// @param warnings what a node would not load, and what it would replace
public record ShardPlan(
    String source,
    String fileName,
    long fileSize,
    ModelId id,
    String name,
    Architecture architecture,
    String quantization,
    long layers,
    @Nullable Long contextLength,
    long shardSize,
    long requestedShards,
    ByteRange header,
    boolean whole,
    List<ShardLayout> shards,
    List<Sidecar> sidecars,
    List<ByteRange> gaps,
    @Nullable HfSource origin,
    List<String> warnings) {
  public ShardPlan {
    shards = List.copyOf(shards);
    sidecars = List.copyOf(sidecars);
    gaps = List.copyOf(gaps);
    warnings = List.copyOf(warnings);
  }

  /// Bytes of one shard file.
  public long sizeOf(ShardLayout shard) {
    return whole ? fileSize : shard.sizeBytes();
  }

  /// The ranges of the model file that make up a shard, one behind the other.
  public List<ByteRange> rangesOf(ShardLayout shard) {
    return whole
        ? List.of(new ByteRange(0, fileSize))
        : ByteRange.merged(shard.tensors().stream().map(TensorSpan::range).toList());
  }
}
