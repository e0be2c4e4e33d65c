package dev.computepool.llama;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One function of a native library: known by its address, linked when it is first called.
///
/// Linking takes about a millisecond for each new signature, and a run of this program calls few
/// of the functions.
final class NativeFunction {
  private final String name;
  private final MemorySegment address;
  private final Supplier<FunctionDescriptor> descriptor;
  private @Nullable MethodHandle handle; // immutable, so that a race links twice and no more

  NativeFunction(String name, MemorySegment address, Supplier<FunctionDescriptor> descriptor) {
    this.name = name;
    this.address = address;
    this.descriptor = descriptor;
  }

  @SuppressWarnings("restricted")
  MethodHandle handle() {
    MethodHandle linked = handle;
    if (linked == null) {
      linked = Linker.nativeLinker().downcallHandle(address, descriptor.get());
      handle = linked;
    }
    return linked;
  }

  /// Links no function yet, but those with this signature will be linked at once.
  @SuppressWarnings("restricted")
  static void prepare(FunctionDescriptor signature) {
    Linker.nativeLinker().downcallHandle(signature);
  }

  /// The error for a call that did not reach the library: its arguments are not as declared.
  AssertionError broken(Throwable cause) {
    return new AssertionError("calling " + name, cause);
  }
}
