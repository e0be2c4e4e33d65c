package dev.computepool.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A parameter structure with the library's defaults, in which settings are changed one by one.
final class ParamsStruct {
  private final MemorySegment memory;
  private final LlamaLibrary library;

  ParamsStruct(LlamaLibrary library, StructImage defaults, Arena arena) {
    this.library = library;
    this.memory = defaults.allocate(arena);
  }

  ParamsStruct set(Setting setting, int value) throws LlamaLibraryException {
    memory.set(ValueLayout.JAVA_INT, library.offset(setting), value);
    return this;
  }

  ParamsStruct set(Setting setting, boolean value) throws LlamaLibraryException {
    memory.set(ValueLayout.JAVA_BOOLEAN, library.offset(setting), value);
    return this;
  }

  ParamsStruct set(Setting setting, MemorySegment pointer) throws LlamaLibraryException {
    memory.set(ValueLayout.ADDRESS, library.offset(setting), pointer);
    return this;
  }

  MemorySegment memory() {
    return memory;
  }
}
