package dev.computepool.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/// Hands the tensors of a computation to an observer.
final class EvaluationCallback {
  private final LlamaLibrary library;
  private final TensorLayout layout;
  private final TensorObserver observer;
  private @Nullable Throwable failure;

  EvaluationCallback(LlamaLibrary library, TensorObserver observer) throws LlamaLibraryException {
    this.library = library;
    this.layout = TensorLayout.measure(library);
    this.observer = observer;
  }

  /// A C function pointer for `ggml_backend_sched_eval_callback` that lives as long as `arena`.
  @SuppressWarnings("restricted")
  MemorySegment upcall(Arena arena) {
    try {
      // typedef bool (*ggml_backend_sched_eval_callback)(
      //     struct ggml_tensor * t, bool ask, void * user_data)
      MethodHandle target =
          MethodHandles.lookup()
              .bind(
                  this,
                  "evaluated",
                  MethodType.methodType(
                      boolean.class, MemorySegment.class, boolean.class, MemorySegment.class));
      FunctionDescriptor descriptor =
          FunctionDescriptor.of(
              ValueLayout.JAVA_BOOLEAN,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_BOOLEAN,
              ValueLayout.ADDRESS);
      return Linker.nativeLinker().upcallStub(target, descriptor, arena);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("our own method", e);
    }
  }

  /// Called by the library, first to ask and then to show; false in answer to the latter ends the
  /// computation. An exception that leaves an upcall ends the process.
  @SuppressWarnings("unused") // by upcall()
  private boolean evaluated(MemorySegment tensor, boolean ask, MemorySegment data) {
    try {
      TensorView view = new TensorView(library, layout, tensor);
      if (ask) {
        return failure == null && observer.wants(view);
      }
      observer.computed(view);
      return true;
    } catch (Throwable t) {
      failure = t;
      return false;
    }
  }

  /// Throws what the observer threw, once.
  void rethrow() {
    Throwable thrown = failure;
    failure = null;
    switch (thrown) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError("no checked exception was declared", thrown);
    }
  }
}
