package dev.computepool.hash;

/// How BLAKE3 is computed: chosen once by the caller and passed to what hashes.
///
/// @param kernel the inner loops
/// @param threads how many threads hash one file
public record HashEngine(KernelKind kernel, int threads) {
  public HashEngine {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    if (kernel == KernelKind.VECTOR && !vectorModule()) {
      throw new IllegalArgumentException("this JVM runs without the module " + VECTOR_MODULE);
    }
  }

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /// Which inner loops; all give the same digests.
  public enum KernelKind {
    /// One block after the other.
    SCALAR,
    /// Plain loops over many chunks, which the JIT compiler vectorizes by itself.
    LANES,
    /// The same until the Vector API is compiled, which takes a while, then that.
    VECTOR
  }

  /// The fastest that this JVM and machine allow, on all its processors.
  public static HashEngine detect() {
    KernelKind kernel =
        vectorModule() && VectorKernel.LANES >= VectorKernel.MIN_LANES
            ? KernelKind.VECTOR
            : KernelKind.LANES;
    return new HashEngine(kernel, Runtime.getRuntime().availableProcessors());
  }

  /// The same with other inner loops.
  ///
  /// @throws IllegalArgumentException if this JVM does not have them
  public HashEngine withKernel(KernelKind other) {
    return new HashEngine(other, threads);
  }

  /// The same with another number of threads.
  public HashEngine withThreads(int count) {
    return new HashEngine(kernel, count);
  }

  /// Inputs that one instruction works on; 1 where that is left to the compiler.
  public int lanes() {
    return kernel == KernelKind.VECTOR ? VectorKernel.LANES : 1;
  }

  private static boolean vectorModule() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  /// A kernel for one thread.
  Kernel newKernel() {
    return switch (kernel) {
      case SCALAR -> new ScalarKernel();
      case LANES -> new LaneKernel();
      case VECTOR -> new WarmingKernel();
    };
  }
}
