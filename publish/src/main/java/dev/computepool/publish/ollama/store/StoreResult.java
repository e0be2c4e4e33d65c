package dev.computepool.publish.ollama.store;

import dev.computepool.hash.Digest;
import dev.computepool.publish.ollama.ModelName;
import java.nio.file.Path;

/// A model that is in a store.
///
/// @param digest of its manifest, by which Ollama lists it
/// @param changed false if it was there already
/// @param written bytes of blobs that were missing
public record StoreResult(
    ModelName name, Path manifest, Digest digest, boolean changed, long written) {}
