/// Models to and from a registry, Ollama's or any that speaks the distribution protocol, without
/// Ollama: {@link dev.computepool.publish.ollama.registry.OllamaPush} and {@link
/// dev.computepool.publish.ollama.registry.OllamaPull}.
@org.jspecify.annotations.NullMarked
package dev.computepool.publish.ollama.registry;
