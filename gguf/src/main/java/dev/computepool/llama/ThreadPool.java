package dev.computepool.llama;

import static dev.computepool.llama.Symbols.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;

/// Threads of the CPU backend that wait for work instead of being started for it.
final class ThreadPool implements AutoCloseable {
  private static final int PARAMS = 1024; // more than struct ggml_threadpool_params has
  private static final int CPU = 0; // enum ggml_backend_dev_type

  private final NativeFunction free;
  private final MemorySegment pool;

  private ThreadPool(NativeFunction free, MemorySegment pool) {
    this.free = free;
    this.pool = pool;
  }

  /// Starts `threads` less the one that calls.
  ///
  /// @throws LlamaLibraryException if the backend has no such threads
  static ThreadPool start(LlamaLibrary library, int threads) throws LlamaLibraryException {
    // struct ggml_threadpool * ggml_threadpool_new(struct ggml_threadpool_params * params)
    NativeFunction create =
        function(library, "ggml_threadpool_new", FunctionDescriptor.of(POINTER, POINTER));
    // void ggml_threadpool_free(struct ggml_threadpool * threadpool)
    NativeFunction free =
        function(library, "ggml_threadpool_free", FunctionDescriptor.ofVoid(POINTER));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(PARAMS, Long.BYTES);
      library.ggml().threadPoolDefaults(params, threads);
      return new ThreadPool(free, (MemorySegment) create.handle().invokeExact(params));
    } catch (Throwable t) {
      throw create.broken(t);
    }
  }

  /// A function of the CPU backend, which is a library of its own that only the registry knows.
  private static NativeFunction function(
      LlamaLibrary library, String name, FunctionDescriptor descriptor)
      throws LlamaLibraryException {
    GgmlCalls ggml = library.ggml();
    for (long i = 0; i < ggml.deviceCount(); i++) {
      MemorySegment device = ggml.device(i);
      if (ggml.deviceType(device) == CPU) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment address =
              ggml.backendFunction(ggml.backendOf(device), arena.allocateFrom(name));
          if (address.address() != 0) {
            return new NativeFunction(name, address, () -> descriptor);
          }
        }
      }
    }
    throw new LlamaLibraryException(library.name(), "its CPU backend has no " + name);
  }

  MemorySegment pointer() {
    return pool;
  }

  @Override
  public void close() {
    try {
      free.handle().invokeExact(pool);
    } catch (Throwable t) {
      throw free.broken(t);
    }
  }
}
