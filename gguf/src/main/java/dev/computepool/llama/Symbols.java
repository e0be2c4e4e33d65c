package dev.computepool.llama;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds the functions of a library by name, and remembers those that it lacks.
final class Symbols {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  static final ValueLayout.OfBoolean BOOL = ValueLayout.JAVA_BOOLEAN;
  static final AddressLayout POINTER = ValueLayout.ADDRESS;

  private static final int MAX_NAMED = 5;

  private final LlamaFiles files;
  private final SymbolLookup lookup;
  private final List<String> missing = new ArrayList<>();

  private Symbols(LlamaFiles files, SymbolLookup lookup) {
    this.files = files;
    this.lookup = lookup;
  }

  /// Loads the libraries for as long as the process lives.
  ///
  /// @throws LlamaLibraryException with the loader's own words if one does not load
  static Symbols load(LlamaFiles files) throws LlamaLibraryException {
    // What it stands on goes first: the loader then resolves it by its name, with and without a
    // run path.
    for (Path companion : files.companions()) {
      open(companion);
    }
    return new Symbols(files, open(files.library()));
  }

  @SuppressWarnings("restricted")
  private static SymbolLookup open(Path library) throws LlamaLibraryException {
    try {
      return SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new LlamaLibraryException(library.toString(), reason(library));
    }
  }

  /// Why the loader refuses; `libraryLookup` does not tell.
  @SuppressWarnings("restricted")
  private static String reason(Path library) {
    try {
      System.load(library.toString());
      return "cannot be loaded";
    } catch (UnsatisfiedLinkError e) {
      String message = String.valueOf(e.getMessage());
      // The file's name stands before the loader's words, often twice.
      return "cannot be loaded: " + message.replace(library + ": ", "");
    }
  }

  /// A function that every usable library has.
  NativeFunction function(String name, Supplier<FunctionDescriptor> descriptor) {
    NativeFunction function = optional(name, descriptor);
    if (function != null) {
      return function;
    }
    missing.add(name);
    return new NativeFunction(name, MemorySegment.NULL, descriptor); // never called: requireAll()
  }

  /// A function that only some builds have; null in others.
  @Nullable NativeFunction optional(String name, Supplier<FunctionDescriptor> descriptor) {
    return lookup
        .find(name)
        .map(address -> new NativeFunction(name, address, descriptor))
        .orElse(null);
  }

  /// Ends the loading of a library that lacks functions.
  ///
  /// @throws LlamaLibraryException naming all of them
  void requireAll() throws LlamaLibraryException {
    if (!missing.isEmpty()) {
      throw new LlamaLibraryException(
          files.library().toString(),
          "is no llama.cpp library that this program can use: it lacks " + shortened(missing));
    }
  }

  private static String shortened(List<String> names) {
    return names.size() <= MAX_NAMED
        ? String.join(", ", names)
        : "%s and %d more"
            .formatted(String.join(", ", names.subList(0, MAX_NAMED)), names.size() - MAX_NAMED);
  }
}
