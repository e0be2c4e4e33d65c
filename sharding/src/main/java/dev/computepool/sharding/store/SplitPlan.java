package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import dev.computepool.gguf.split.ModelSource;
import dev.computepool.hash.Blake3Tree;
import dev.computepool.sharding.plan.ShardLayout;
import dev.computepool.sharding.plan.ShardPlan;
import dev.computepool.sharding.plan.Sidecar;
import java.nio.file.Path;
import java.util.List;

/// What {@link ShardSplitter#write} is going to do.
///
/// @param model what is split, as it was when this was planned
/// @param target the directory that will appear, named by the model's id
/// @param extra what no shard covers and is not zero
public record SplitPlan(
    ShardPlan shards, ModelSource model, Path target, SplitOptions options, List<ByteRange> extra) {
  // Generous: the largest names, and a digest as 32 lines.
  private static final int JSON_PER_TENSOR = 300;
  private static final int JSON_PER_SHARD = 700;
  private static final int JSON_PER_RANGE = 70;
  private static final int OTHER_JSON = 8 << 10;
  private static final int MAX_GROUPS = 1 << 20;

  public SplitPlan {
    extra = List.copyOf(extra);
  }

  /// Bytes that no shard covers and that are kept apart.
  public long extraBytes() {
    return extra.stream().mapToLong(ByteRange::length).sum();
  }

  /// Bytes of a group in the hash trees: small for a close look at damage, but such that no tree
  /// takes more than 32 MiB of memory as long as groups can grow.
  public int treeGroup() {
    long largest = shards.shards().stream().mapToLong(shards::sizeOf).max().orElse(0);
    int group = Blake3Tree.DEFAULT_GROUP;
    while (group < Blake3Tree.MAX_GROUP && largest / group > MAX_GROUPS) {
      group *= 2;
    }
    return group;
  }

  /// Bytes that will be written in all, at most.
  public long bytesToWrite() {
    long bytes = shards.header().length() + OTHER_JSON + (long) JSON_PER_RANGE * extra.size();
    for (ShardLayout shard : shards.shards()) {
      long size = shards.sizeOf(shard);
      bytes += Blake3Tree.storedBytes(size, treeGroup());
      bytes += JSON_PER_SHARD + (long) JSON_PER_TENSOR * shard.tensors().size();
      bytes += options.link() ? 0 : size;
    }
    if (!options.link()) {
      bytes += extraBytes();
      for (Sidecar sidecar : shards.sidecars()) {
        bytes += sidecar.tensor().size();
      }
    }
    return bytes;
  }
}
