package dev.computepool.sharding.store;

import dev.computepool.hash.Digest;
import dev.computepool.sharding.plan.LayerRange;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a split has made.
///
/// @param path the directory
/// @param totalBytes of the model file
/// @param bytesWritten of all files in the directory
/// @param sha256 of the model file, if that was asked for
/// @param warnings what a node would not load, and what it would replace
public record SplitResult(
    Path path,
    String modelId,
    long totalBytes,
    long bytesWritten,
    List<Shard> shards,
    Digest manifestHash,
    @Nullable Digest sha256,
    List<String> warnings) {
  public SplitResult {
    shards = List.copyOf(shards);
    warnings = List.copyOf(warnings);
  }

  /// One shard.
  ///
  /// @param file its name in the directory; it does not exist if the split only links
  public record Shard(int index, String file, long bytes, LayerRange layers, Digest blake3) {}
}
