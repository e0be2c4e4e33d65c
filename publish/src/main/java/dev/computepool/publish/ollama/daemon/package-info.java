/// Ollama's server on this machine, through its API.
@org.jspecify.annotations.NullMarked
package dev.computepool.publish.ollama.daemon;
