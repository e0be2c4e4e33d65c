package dev.computepool.publish.ollama.registry;

import dev.computepool.hash.Digest;
import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.ModelName;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What pushing a model will do.
///
/// @param replaces the model that the tag leads to now; null if there is none
/// @param present blobs that the registry has already
/// @param missing blobs that will be sent, or mounted
/// @param mountFrom a repository of the same registry that may have some of them; null for none
public record PushPlan(
    ModelName name,
    Image image,
    @Nullable Digest replaces,
    List<Blob> present,
    List<Blob> missing,
    @Nullable String mountFrom) {
  public PushPlan {
    present = List.copyOf(present);
    missing = List.copyOf(missing);
  }

  /// Whether the very same model is there, so that nothing will be sent.
  public boolean isUpToDate() {
    return Objects.equals(image.manifest().digest(), replaces);
  }

  /// Bytes that will be sent at most.
  public long bytes() {
    return missing.stream().mapToLong(Blob::size).sum();
  }
}
