package dev.computepool.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Room on a file system.
public final class DiskSpace {
  private DiskSpace() {}

  /// Checks that `bytes` fit where `target` is to be, which need not exist yet.
  ///
  /// @throws DiskFullException if they do not
  public static void require(Path target, long bytes) throws IOException {
    Path existing = target.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    long available = Files.getFileStore(existing).getUsableSpace();
    if (available < bytes) {
      throw new DiskFullException(existing, bytes, available);
    }
  }
}
