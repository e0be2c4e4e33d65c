/// Ollama's folder of models on this machine, in which models are installed without Ollama.
@org.jspecify.annotations.NullMarked
package dev.computepool.publish.ollama.store;
