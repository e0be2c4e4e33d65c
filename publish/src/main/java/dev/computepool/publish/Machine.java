package dev.computepool.publish;

import dev.computepool.llama.worker.LlamaWorker;
import dev.computepool.publish.hub.Hub;
import java.io.IOException;

/// What the steps work with.
///
/// @param threads that compute, at least one
/// @param llama starts a process with llama.cpp in it, for the steps that need one
/// @param hub finds the Hub, for the steps that need it
public record Machine(int threads, LlamaStart llama, HubAccess hub) {
  /// How a process with llama.cpp is started.
  @FunctionalInterface
  public interface LlamaStart {
    /// Starts one; who asks for it closes it.
    LlamaWorker start() throws IOException;
  }

  /// How the Hub is found.
  @FunctionalInterface
  public interface HubAccess {
    /// The same one at each call; who made it closes it.
    Hub hub() throws IOException;
  }
}
