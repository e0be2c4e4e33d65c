package dev.computepool.publish;

import java.nio.file.Path;

/// How a model gets to Ollama.
public sealed interface OllamaRoad {
  /// Whether the model stays on this machine.
  default boolean isHere() {
    return switch (this) {
      case Store _, ServerStore _ -> true;
      case Registry _, Server _ -> false;
    };
  }

  /// Straight to a registry.
  ///
  /// @param insecure whether it is spoken to over http
  record Registry(boolean insecure) implements OllamaRoad {}

  /// Through Ollama's server on this machine, which pushes with its own key.
  ///
  /// @param insecure whether it speaks to the registry over http
  record Server(boolean insecure) implements OllamaRoad {}

  /// Into the folder in which Ollama on this machine keeps its models.
  record Store(Path root) implements OllamaRoad {}

  /// Into that folder by Ollama's server on this machine, where it is not ours to write into. The
  /// server writes the GGUF anew.
  record ServerStore() implements OllamaRoad {}
}
