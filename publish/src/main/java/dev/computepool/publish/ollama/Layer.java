package dev.computepool.publish.ollama;

/// One part of a model, with its bytes.
public record Layer(LayerKind kind, Blob blob) {}
