/// What every way to Ollama stands on: names, keys, and a model as its manifest, config and layers.
///
/// {@link dev.computepool.publish.ollama.Model} says what is published, {@link
/// dev.computepool.publish.ollama.Image} is that in bytes. Where it goes is `registry`, `store` or
/// `daemon`; {@link dev.computepool.publish.ollama.Road} decides which.
@org.jspecify.annotations.NullMarked
package dev.computepool.publish.ollama;
