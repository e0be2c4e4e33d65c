package dev.computepool.publish.ollama.daemon;

import dev.computepool.publish.ollama.ModelName;

/// A model that Ollama's server has made of what it was given.
///
/// @param digest of its manifest, as the server lists it; empty if it does not
/// @param sent bytes of files
/// @param rewritten whether the server's model is another one than ours would be: since 0.30 it
///     writes every GGUF anew
public record DaemonResult(ModelName name, String digest, long sent, boolean rewritten) {}
