package dev.computepool.publish.ollama.registry;

import dev.computepool.publish.ollama.Descriptor;
import dev.computepool.publish.ollama.Manifest;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.store.LocalStore;
import java.util.List;

/// What pulling a model will do.
///
/// @param present blobs that the store has already
/// @param missing blobs that will be fetched
public record PullPlan(
    ModelName name,
    Manifest manifest,
    LocalStore store,
    List<Descriptor> present,
    List<Descriptor> missing) {
  public PullPlan {
    present = List.copyOf(present);
    missing = List.copyOf(missing);
  }

  /// Bytes that will be fetched at most: what an earlier run fetched of a blob is not fetched
  /// again.
  public long bytes() {
    return missing.stream().mapToLong(Descriptor::size).sum();
  }
}
