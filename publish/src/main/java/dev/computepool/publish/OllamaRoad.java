package dev.computepool.publish;

import java.nio.file.Path;

/// How a model gets to Ollama.
public sealed interface OllamaRoad {
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
}
