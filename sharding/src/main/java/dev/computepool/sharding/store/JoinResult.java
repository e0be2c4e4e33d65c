package dev.computepool.sharding.store;

import dev.computepool.hash.Digest;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model file that was put together again.
///
/// @param bytes of it
/// @param sha256 of it, if the original's was recorded; they are equal
/// @param notes what could not be proved
public record JoinResult(Path path, long bytes, @Nullable Digest sha256, List<String> notes) {
  public JoinResult {
    notes = List.copyOf(notes);
  }
}
