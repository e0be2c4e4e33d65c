package dev.computepool.publish.ollama.store;

/// How the bytes of a file get into a store.
public enum Placing {
  /// A copy of its own; file systems that can share the blocks until one of both is written to.
  COPY,
  /// The same file under a second name, where both are on one file system. Who writes into it later
  /// instead of replacing it damages the model; a file that is private to its owner is copied.
  LINK
}
