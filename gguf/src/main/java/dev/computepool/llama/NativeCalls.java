package dev.computepool.llama;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A class whose fields are functions of a library; it exists before its fields do, so that they
/// can look themselves up.
abstract class NativeCalls {
  private final Symbols symbols;

  NativeCalls(Symbols symbols) {
    this.symbols = symbols;
  }

  /// A function that every usable library has; {@link Symbols#requireAll} tells if not.
  final NativeFunction function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return symbols.function(name, () -> FunctionDescriptor.of(result, arguments));
  }

  /// The same of one that returns nothing.
  final NativeFunction procedure(String name, MemoryLayout... arguments) {
    return symbols.function(name, () -> FunctionDescriptor.ofVoid(arguments));
  }

  /// The same of one whose signature is known only when it is first called.
  final NativeFunction measured(String name, Supplier<FunctionDescriptor> descriptor) {
    return symbols.function(name, descriptor);
  }

  /// A function that only some builds have; null in others.
  final @Nullable NativeFunction optional(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    return optional(name, () -> FunctionDescriptor.of(result, arguments));
  }

  /// The same of one with a signature that others have, too.
  final @Nullable NativeFunction optional(String name, Supplier<FunctionDescriptor> descriptor) {
    return symbols.optional(name, descriptor);
  }
}
