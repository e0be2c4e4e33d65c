package dev.computepool.publish;

import java.nio.file.Path;

/// Where something is published.
public sealed interface Destination {
  /// A plain folder with all files and their sums.
  ///
  /// @param replace whether a folder is replaced that this program has not made
  record Folder(Path path, boolean replace) implements Destination {
    public Folder {
      path = path.toAbsolutePath().normalize();
    }
  }
}
