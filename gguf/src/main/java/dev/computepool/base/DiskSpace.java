package dev.computepool.base;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Room on a file system.
public final class DiskSpace {
  // Where less is free, a write that failed has failed for this.
  private static final long LEAST = 1 << 20;

  private DiskSpace() {}

  /// Checks that `bytes` fit where `target` is to be, which need not exist yet.
  ///
  /// @throws DiskFullException if they do not
  public static void require(Path target, long bytes) throws IOException {
    Path folder = existing(target);
    long available = Files.getFileStore(folder).getUsableSpace();
    if (available < bytes) {
      throw new DiskFullException(folder, bytes, available);
    }
  }

  /// Checks that all of this fits, where much of it may go to the same disk.
  ///
  /// @param targets what is to be written, with its bytes
  /// @throws DiskFullException if it does not
  public static void require(Map<Path, Long> targets) throws IOException {
    Map<FileStore, Long> stores = new LinkedHashMap<>();
    for (Map.Entry<Path, Long> target : targets.entrySet()) {
      Path folder = existing(target.getKey());
      FileStore store = Files.getFileStore(folder);
      long together = stores.merge(store, target.getValue(), Math::addExact);
      if (store.getUsableSpace() < together) {
        throw new DiskFullException(folder, together, store.getUsableSpace());
      }
    }
  }

  /// What to report after writing failed: that there is no room left, if that is so. To be asked
  /// before the unfinished file is removed. The system's own message depends on the user's
  /// language, so it is not looked at.
  ///
  /// @param target what was being written
  /// @param bytes what it was to have
  /// @return `failure`, or a {@link DiskFullException} with it as its cause
  public static IOException explain(IOException failure, Path target, long bytes)
      throws IOException {
    if (failure instanceof InterruptedIOException || failure instanceof FormatException) {
      return failure;
    }
    Path folder = existing(target);
    long available = Files.getFileStore(folder).getUsableSpace();
    if (available >= LEAST) {
      return failure;
    }
    DiskFullException full = new DiskFullException(folder, bytes, available);
    full.initCause(failure);
    return full;
  }

  private static Path existing(Path target) {
    Path existing = target.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return existing;
  }
}
