package dev.computepool.sharding.store;

import dev.computepool.base.FormatException;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.sharding.plan.ShardLayout;
import dev.computepool.sharding.plan.TensorSpan;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Holds the manifest against the header of the model, which says the same in other words.
final class StructureCheck {
  private StructureCheck() {}

  /// A file that contradicts another.
  ///
  /// @param why in words, after the file's name
  record Conflict(String file, String why) {}

  /// The first conflict, if any.
  static Optional<Conflict> run(ShardDirectory directory) throws IOException {
    Manifest manifest = directory.manifest();
    Part part = directory.headerPart();
    GgufHeader header;
    try {
      header = HeaderFile.read(part.file(), manifest.totalSizeBytes());
    } catch (FormatException e) {
      return conflict(ShardFiles.HEADER, e.problems().getFirst().toString());
    }
    long headerBytes = Math.min(header.dataOffset(), manifest.totalSizeBytes());
    if (part.fileBytes() != headerBytes) {
      return conflict(
          ShardFiles.HEADER,
          "has %d bytes, but says that the tensor data begins at %d"
              .formatted(part.fileBytes(), headerBytes));
    }
    List<TensorSpan> tensors = TensorSpan.of(header);
    return manifest.isWhole()
        ? Optional.empty()
        : tensors(manifest, tensors).or(() -> layout(directory, tensors));
  }

  private static Optional<Conflict> tensors(Manifest manifest, List<TensorSpan> tensors) {
    Map<String, TensorSpan> expected = new HashMap<>();
    for (TensorSpan tensor : tensors) {
      if (!ShardLayout.isDropped(tensor)) {
        expected.put(tensor.name(), tensor);
      }
    }
    for (Manifest.Shard shard : manifest.shards()) {
      for (Manifest.Tensor tensor : shard.tensors()) {
        TensorSpan span = expected.remove(tensor.name());
        if (span == null || !span.range().equals(tensor.inModel())) {
          return conflict(
              ShardFiles.MANIFEST,
              "places tensor %s at %s; the header %s"
                  .formatted(
                      tensor.name(),
                      tensor.inModel(),
                      span == null ? "has none of that name left" : "at " + span.range()));
        }
      }
    }
    return expected.keySet().stream()
        .min(String::compareTo)
        .flatMap(
            name -> conflict(ShardFiles.MANIFEST, "lists no tensor " + name + ", the header does"));
  }

  private static Optional<Conflict> layout(ShardDirectory directory, List<TensorSpan> tensors) {
    Optional<SplitRecord> record = directory.record();
    if (record.isEmpty()) {
      return Optional.empty(); // nobody says how large the shards were to be
    }
    long requested =
        ShardLayout.requestedShards(
            directory.manifest().totalSizeBytes(), Math.max(1, record.get().shardSize()));
    List<ShardLayout> expected = ShardLayout.compute(tensors, requested);
    List<ShardLayout> actual =
        directory.manifest().shards().stream()
            .map(
                shard ->
                    new ShardLayout(
                        shard.index(),
                        shard.layers(),
                        shard.tensors().stream()
                            .map(t -> new TensorSpan(t.name(), t.ggufOffset(), t.size()))
                            .toList()))
            .toList();
    return actual.equals(expected)
        ? Optional.empty()
        : conflict(
            ShardFiles.MANIFEST,
            "does not cut the model as nodes do at shards of %d bytes"
                .formatted(record.get().shardSize()));
  }

  private static Optional<Conflict> conflict(String file, String why) {
    return Optional.of(new Conflict(file, why));
  }
}
