package dev.computepool.cli.command.shard;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.ByteSize;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.sharding.plan.ShardPlan;
import dev.computepool.sharding.store.Manifest;
import dev.computepool.sharding.store.ShardDirectory;
import dev.computepool.sharding.store.ShardDirectory.ShardStatus;
import dev.computepool.sharding.store.ShardFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The shards of a model, on disk or planned.
///
/// @param manifestHash of the directory; null for a plan
/// @param sha256 of the original, where the split recorded it
/// @param originalName the model file's own name, where the split recorded it
/// @param showTensors whether people asked for the list
public record InfoReport(
    String path,
    String modelId,
    String name,
    String quantization,
    long layers,
    int shardCount,
    long totalBytes,
    @Nullable String manifestHash,
    @Nullable String originalName,
    @Nullable String sha256,
    @Nullable String source,
    List<Shard> shards,
    @JsonIgnore boolean showTensors)
    implements Report {
  /// One shard.
  ///
  /// @param state `here`, `linked`, `missing`, `wrong_size`, or `planned`
  /// @param blake3 null where it is not known
  public record Shard(
      int index,
      String file,
      long bytes,
      List<Long> layerRange,
      String state,
      @Nullable String blake3,
      List<Tensor> tensors) {}

  /// One tensor of a shard.
  ///
  /// @param offset in the shard
  public record Tensor(String name, long offset, long bytes) {}

  /// What is in a directory.
  public static InfoReport of(ShardDirectory directory, boolean showTensors) throws IOException {
    Manifest manifest = directory.manifest();
    return new InfoReport(
        directory.path().toString(),
        manifest.id(),
        manifest.name(),
        manifest.quantization(),
        manifest.layers(),
        manifest.shards().size(),
        manifest.totalSizeBytes(),
        manifest.hash().isZero() ? null : manifest.hash().hex(),
        directory.record().map(r -> r.originalName()).orElse(null),
        directory.record().map(r -> r.originalSha256()).map(d -> d.hex()).orElse(null),
        directory.source().map(Object::toString).orElse(null),
        directory.shards().stream().map(InfoReport::stored).toList(),
        showTensors);
  }

  private static Shard stored(ShardStatus status) {
    Manifest.Shard shard = status.shard();
    return new Shard(
        shard.index(),
        status.file(),
        shard.sizeBytes(),
        SplitReport.layers(shard.layers()),
        status.presence().name().toLowerCase(Locale.ROOT),
        shard.hash().isZero() ? null : shard.hash().hex(),
        shard.tensors().stream()
            .map(t -> new Tensor(t.name(), t.shardOffset(), t.size()))
            .toList());
  }

  static InfoReport of(ShardPlan plan, boolean showTensors) {
    return new InfoReport(
        plan.source(),
        plan.id().value(),
        plan.name(),
        plan.quantization(),
        plan.layers(),
        plan.shards().size(),
        plan.fileSize(),
        null,
        plan.fileName(),
        null,
        null,
        plan.shards().stream()
            .map(
                s -> {
                  long start = 0;
                  List<Tensor> tensors = new ArrayList<>();
                  for (var tensor : s.tensors()) {
                    tensors.add(new Tensor(tensor.name(), start, tensor.size()));
                    start += tensor.size();
                  }
                  return new Shard(
                      s.index(),
                      ShardFiles.shard(s.index()),
                      plan.sizeOf(s),
                      SplitReport.layers(s.layers()),
                      "planned",
                      null,
                      tensors);
                })
            .toList(),
        showTensors);
  }

  @Override
  public void print(Text out) {
    Table head = new Table().left("").left("");
    head.row("model", "%s (%s)".formatted(name, modelId));
    head.row(
        "size", "%s, %d layers, %s".formatted(ByteSize.format(totalBytes), layers, quantization));
    if (source != null) {
      head.row("linked to", source);
    }
    if (sha256 != null) {
      head.row("sha256", sha256);
    }
    if (manifestHash != null) {
      head.row("manifest", manifestHash);
    }
    out.table(head).blank();
    Table table =
        new Table().right("shard").left("layers").right("size").left("state").left("blake3");
    for (Shard shard : shards) {
      table.row(
          Integer.toString(shard.index()),
          SplitReport.layersForPeople(shard.layerRange()),
          ByteSize.format(shard.bytes()),
          shard.state().replace('_', ' '),
          shard.blake3() != null
              ? shard.blake3()
              : shard.state().equals("planned") ? "" : "unknown");
    }
    out.table(table);
    if (showTensors) {
      Table list = new Table().right("shard").left("tensor").right("offset").right("size");
      for (Shard shard : shards) {
        for (Tensor tensor : shard.tensors()) {
          list.row(
              Integer.toString(shard.index()),
              tensor.name(),
              Long.toString(tensor.offset()),
              ByteSize.format(tensor.bytes()));
        }
      }
      out.blank().table(list);
    }
  }
}
