package dev.computepool.publish.ollama.store;

import dev.computepool.hash.Digest;
import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.ModelName;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What installing a model will do.
///
/// @param name as the store spells it: a name that differs in case only is the same
/// @param manifest where the model will appear
/// @param replaces the model that has the name now; null if there is none
/// @param present blobs that are in the store already
/// @param missing blobs that will be written
public record StorePlan(
    ModelName name,
    Image image,
    Path manifest,
    @Nullable Digest replaces,
    List<Blob> present,
    List<Blob> missing) {
  public StorePlan {
    present = List.copyOf(present);
    missing = List.copyOf(missing);
  }

  /// Whether the very same model is there, whole.
  public boolean isUpToDate() {
    return missing.isEmpty() && Objects.equals(image.manifest().digest(), replaces);
  }

  /// Bytes that will be written.
  public long bytes() {
    return missing.stream().mapToLong(Blob::size).sum();
  }
}
