package dev.computepool.cli.command.shard;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.sharding.plan.LayerRange;
import dev.computepool.sharding.plan.ShardLayout;
import dev.computepool.sharding.store.ShardFiles;
import dev.computepool.sharding.store.SplitPlan;
import dev.computepool.sharding.store.SplitResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a split writes, or has written.
///
/// @param requestedShards how many shards the size asks for; in a plan only
/// @param bytesToWrite in all, at most; in a plan only
/// @param manifestHash of what was written
/// @param sha256 of the original, where it was asked for
record SplitReport(
    String path,
    String modelId,
    int shardCount,
    long totalBytes,
    @Nullable Long requestedShards,
    @Nullable Long bytesToWrite,
    @Nullable String manifestHash,
    @Nullable String sha256,
    List<Shard> shards,
    List<String> warnings)
    implements Report {
  /// One shard; it has no hash before it is written.
  record Shard(
      int index, String file, long bytes, List<Long> layerRange, @Nullable String blake3) {}

  static SplitReport of(SplitPlan plan) {
    return new SplitReport(
        plan.target().toString(),
        plan.shards().id().value(),
        plan.shards().shards().size(),
        plan.shards().fileSize(),
        plan.shards().requestedShards(),
        plan.bytesToWrite(),
        null,
        null,
        plan.shards().shards().stream().map(s -> planned(plan, s)).toList(),
        plan.shards().warnings());
  }

  private static Shard planned(SplitPlan plan, ShardLayout shard) {
    return new Shard(
        shard.index(),
        ShardFiles.shard(shard.index()),
        plan.shards().sizeOf(shard),
        layers(shard.layers()),
        null);
  }

  static SplitReport of(SplitResult result) {
    return new SplitReport(
        result.path().toString(),
        result.modelId(),
        result.shards().size(),
        result.totalBytes(),
        null,
        null,
        result.manifestHash().hex(),
        result.sha256() == null ? null : result.sha256().hex(),
        result.shards().stream()
            .map(
                s ->
                    new Shard(s.index(), s.file(), s.bytes(), layers(s.layers()), s.blake3().hex()))
            .toList(),
        result.warnings());
  }

  static List<Long> layers(LayerRange range) {
    return List.of(range.start(), range.end());
  }

  /// Layers as people count them, both ends included.
  static String layersForPeople(List<Long> range) {
    long start = range.getFirst();
    long last = range.getLast() - 1;
    return last < start ? "none" : start == last ? Long.toString(start) : start + "-" + last;
  }

  @Override
  public void print(Text out) {
    Table table = new Table().right("shard").left("layers").right("size").left("blake3");
    for (Shard shard : shards) {
      table.row(
          Integer.toString(shard.index()),
          layersForPeople(shard.layerRange()),
          ByteSize.format(shard.bytes()),
          shard.blake3() == null ? "not computed yet" : shard.blake3());
    }
    out.table(table);
    if (sha256 != null) {
      out.line("sha256 of the original: " + sha256);
    }
    if (bytesToWrite != null) {
      out.line("%s would get %s".formatted(path, ByteSize.format(bytesToWrite)));
    }
  }
}
