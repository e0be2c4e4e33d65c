package dev.computepool.sharding.store;

import java.util.ArrayList;
import java.util.List;

/// Manifests that differ a little from others.
final class Manifests {
  private Manifests() {}

  /// The manifest of a node that has never seen one of the shards.
  static Manifest forgetting(Manifest manifest, int index) {
    List<Manifest.Shard> shards = new ArrayList<>(manifest.shards());
    Manifest.Shard shard = shards.get(index);
    shards.set(
        index,
        new Manifest.Shard(
            index, shard.layers(), shard.sizeBytes(), Manifest.UNKNOWN, shard.tensors()));
    Manifest forgetful =
        new Manifest(
            manifest.id(),
            manifest.name(),
            manifest.architecture(),
            manifest.layers(),
            manifest.paramsBillions(),
            manifest.quantization(),
            manifest.totalSizeBytes(),
            shards,
            manifest.tokenizerHash(),
            Manifest.UNKNOWN,
            manifest.publisher(),
            manifest.publishDate(),
            manifest.license(),
            manifest.mmproj(),
            manifest.contextLength());
    return forgetful.withHash(ManifestHash.of(forgetful));
  }
}
