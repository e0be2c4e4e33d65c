package dev.computepool.hash;

/// How this process computes BLAKE3.
///
/// @param threads how many threads hash one file
public record HashEngine(int threads) {
  public HashEngine {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
  }

  /// The fastest that this JVM and machine allow, on all its processors.
  public static HashEngine detect() {
    return new HashEngine(Runtime.getRuntime().availableProcessors());
  }

  /// The same with another number of threads.
  public HashEngine withThreads(int count) {
    return new HashEngine(count);
  }

  /// A kernel for one thread.
  Kernel kernel() {
    return new ScalarKernel();
  }
}
