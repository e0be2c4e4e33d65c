package dev.computepool.publish;

import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;

/// What the steps work with.
///
/// @param threads that compute, at least one
/// @param llama starts a process with llama.cpp in it, for the steps that need one
/// @param services finds who is elsewhere, for the steps that go there
public record Machine(int threads, LlamaStart llama, Services services) {
  /// How a process with llama.cpp is started.
  @FunctionalInterface
  public interface LlamaStart {
    /// Starts one; who asks for it closes it.
    LlamaWorker start() throws IOException;
  }
}
