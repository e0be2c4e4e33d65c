package dev.computepool.publish.ollama.daemon;

import dev.computepool.publish.ollama.Blob;
import dev.computepool.publish.ollama.Image;
import dev.computepool.publish.ollama.ModelName;
import java.util.List;

/// What handing a model to Ollama's server will do.
///
/// @param version of the server
/// @param present files that it has already
/// @param missing files that it will be sent
public record DaemonPlan(
    ModelName name, Image image, String version, List<Blob> present, List<Blob> missing) {
  public DaemonPlan {
    present = List.copyOf(present);
    missing = List.copyOf(missing);
  }

  /// Bytes that will be sent.
  public long bytes() {
    return missing.stream().mapToLong(Blob::size).sum();
  }
}
