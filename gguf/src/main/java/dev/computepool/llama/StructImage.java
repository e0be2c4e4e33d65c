package dev.computepool.llama;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A structure as a function of the library returns it: so many bytes, with these values.
///
/// The size of a structure is in no symbol. But the function can be made to write into memory
/// that was filled once with one and once with another byte: the last byte that comes out equal
/// is the structure's last.
///
final class StructImage {
  private static final int PROBE_BYTES = 1024;

  /// What a function that is to be measured seems to return: more than any of these structures
  /// has. The function writes its own length only.
  static final StructLayout PROBE = layout(PROBE_BYTES);

  private final byte[] bytes; // their number rounded up to whole words; padding is undefined

  private StructImage(byte[] bytes) {
    this.bytes = bytes;
  }

  /// A call that returns its structure in memory that the allocator gives.
  interface Call {
    MemorySegment into(SegmentAllocator memory);
  }

  /// The layout of a structure that is passed by value. On the platforms that matter everything
  /// above 16 bytes goes through memory, whatever its fields are.
  static StructLayout layout(int bytes) {
    return MemoryLayout.structLayout(
        MemoryLayout.sequenceLayout(bytes / Long.BYTES, ValueLayout.JAVA_LONG));
  }

  /// Calls twice and compares.
  static StructImage measure(Call call) {
    byte[] first = written(call, (byte) 0xAA);
    byte[] second = written(call, (byte) 0x55);
    int size = 0;
    for (int i = 0; i < PROBE_BYTES; i++) {
      if (first[i] == second[i]) {
        size = i + 1;
      }
    }
    byte[] bytes = new byte[(size + Long.BYTES - 1) / Long.BYTES * Long.BYTES];
    System.arraycopy(first, 0, bytes, 0, size);
    return new StructImage(bytes);
  }

  private static byte[] written(Call call, byte filling) {
    try (Arena arena = Arena.ofConfined()) {
      // Room behind it, should the structure be larger than any we know.
      MemorySegment memory = arena.allocate(4 * PROBE_BYTES, Long.BYTES).fill(filling);
      MemorySegment written = call.into(SegmentAllocator.prefixAllocator(memory));
      return written.asSlice(0, PROBE_BYTES).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /// The structure in new memory.
  MemorySegment allocate(SegmentAllocator memory) {
    return memory.allocate(size(), Long.BYTES).copyFrom(MemorySegment.ofArray(bytes));
  }

  int size() {
    return bytes.length;
  }

  StructLayout layout() {
    return layout(size());
  }

  /// The 32-bit number at an offset; 0 beyond the end.
  int intAt(int offset) {
    return offset + Integer.BYTES <= bytes.length
        ? ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(offset)
        : 0;
  }

  /// The byte at an offset; 0 beyond the end.
  int byteAt(int offset) {
    return offset < bytes.length ? bytes[offset] : 0;
  }
}
