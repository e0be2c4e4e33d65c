package dev.computepool.gguf.check;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Looks at every number of a tensor: is it finite, and is there any that is not zero?
///
/// Of a quantized tensor the numbers are the scales of its blocks, which make all elements of a
/// block what they are; quants themselves are always finite. Where scales are stored is taken
/// from ggml.
///
/// @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">ggml-common.h</a>
final class ValueScan {
  private static final int CHUNK = 64 << 10; // bytes, a multiple of every number's
  private static final int HALF_EXPONENT = 0x7c00;
  private static final int BRAIN_EXPONENT = 0x7f80;
  private static final int SINGLE_EXPONENT = 0x7f800000;
  private static final long DOUBLE_EXPONENT = 0x7ff0_0000_0000_0000L;

  private final GgmlType type;
  private final MemorySegment bytes;
  private final ByteOrder order;
  private final Progress.Step progress;
  private final int[] words = new int[CHUNK / Integer.BYTES];

  private long nan;
  private long infinite;
  private long first = -1;
  private boolean zero = true;

  private ValueScan(GgmlType type, MemorySegment bytes, ByteOrder order, Progress.Step progress) {
    this.type = type;
    this.bytes = bytes;
    this.order = order;
    this.progress = progress;
  }

  /// What the numbers of a tensor are.
  ///
  /// @param nan how many are not a number
  /// @param infinite how many are infinite
  /// @param first index of the first number, or of the first block, that is not finite; or -1
  /// @param zero whether all are zero
  record Values(long nan, long infinite, long first, boolean zero) {
    boolean isFinite() {
      return first < 0;
    }
  }

  /// Reads a whole tensor.
  ///
  /// @param progress advances by its bytes
  static Values of(GgmlType type, MemorySegment bytes, ByteOrder order, Progress.Step progress)
      throws CancelledException {
    ValueScan scan = new ValueScan(type, bytes, order, progress);
    scan.run();
    return new Values(scan.nan, scan.infinite, scan.first, scan.zero);
  }

  private void run() throws CancelledException {
    switch (type) {
      case F32 -> plain(SINGLE_EXPONENT, Integer.BYTES);
      case F16 -> plain(HALF_EXPONENT, Short.BYTES);
      case BF16 -> plain(BRAIN_EXPONENT, Short.BYTES);
      case F64 -> doubles();
      case I8, I16, I32, I64 -> integers();
      case Q1_0,
          Q2_0,
          Q4_0,
          Q5_0,
          Q8_0,
          IQ2_XXS,
          IQ2_XS,
          IQ2_S,
          IQ3_XXS,
          IQ3_S,
          IQ1_S,
          IQ4_NL,
          IQ4_XS ->
          halves(0);
      case Q4_1, Q5_1, Q8_1, Q4_K, Q5_K -> halves(0, 2);
      case Q2_K -> halves(80, 82);
      case Q3_K -> halves(108);
      case Q6_K -> halves(208);
      case TQ1_0 -> halves(52);
      case TQ2_0 -> halves(64);
      case Q8_K -> blocks(block -> single(block, bits(block)));
      case IQ1_M -> blocks(block -> half(block, scattered(block)));
      case MXFP4 -> blocks(this::mxfp4);
      case NVFP4 -> blocks(this::nvfp4);
    }
  }

  /// Numbers of 16 or 32 bits, in words of 32: adding one to the lowest bit of an exponent of ones
  /// carries into the sign.
  private void plain(int exponent, int size) throws CancelledException {
    boolean pairs = size == Short.BYTES;
    int ones = pairs ? exponent << 16 | exponent : exponent;
    int lowest = Integer.lowestOneBit(exponent);
    lowest = pairs ? lowest << 16 | lowest : lowest;
    int signs = pairs ? 0x80008000 : 0x80000000;
    for (long at = 0; at < bytes.byteSize(); at += CHUNK) {
      int length = (int) Math.min(CHUNK, bytes.byteSize() - at);
      int count = load(at, length);
      int any = 0;
      int full = 0;
      for (int i = 0; i < count; i++) {
        any |= words[i] & ~signs;
        full |= (words[i] & ones) + lowest;
      }
      zero &= any == 0;
      if ((full & signs) != 0) {
        countIn(at, length, size, exponent);
      }
      progress.advance(length);
    }
  }

  /// Copies bytes into words; the last one is filled up with zeros.
  private int load(long at, int length) {
    int whole = length / Integer.BYTES;
    MemorySegment.copy(bytes, ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at, words, 0, whole);
    if (length % Integer.BYTES != 0) {
      words[whole] = Short.toUnsignedInt(bits16(at + (long) whole * Integer.BYTES));
      return whole + 1;
    }
    return whole;
  }

  /// Counts what is not finite in a chunk that has such numbers.
  private void countIn(long from, int length, int size, int exponent) {
    for (long at = from; at < from + length; at += size) {
      int value = size == Short.BYTES ? Short.toUnsignedInt(bits16(at)) : bits(at);
      number(at / size, value, exponent, size == Short.BYTES ? 0x7fff : 0x7fffffff);
    }
  }

  private void doubles() throws CancelledException {
    for (long at = 0; at < bytes.byteSize(); at += Long.BYTES) {
      long value = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), at);
      zero &= (value & Long.MAX_VALUE) == 0;
      if ((value & DOUBLE_EXPONENT) == DOUBLE_EXPONENT) {
        count(at / Long.BYTES, (value & Long.MAX_VALUE) == DOUBLE_EXPONENT);
      }
      advance(at, Long.BYTES);
    }
  }

  private void integers() throws CancelledException {
    for (long at = 0; at < bytes.byteSize(); at++) {
      zero &= bytes.get(ValueLayout.JAVA_BYTE, at) == 0;
      advance(at, 1);
    }
  }

  private interface Block {
    void look(long at);
  }

  private void halves(int... offsets) throws CancelledException {
    blocks(
        block -> {
          for (int offset : offsets) {
            half(block, Short.toUnsignedInt(bits16(block + offset)));
          }
        });
  }

  private void blocks(Block block) throws CancelledException {
    int size = type.typeSize();
    for (long at = 0; at < bytes.byteSize(); at += size) {
      block.look(at);
      advance(at, size);
    }
  }

  private void half(long block, int value) {
    zero &= (value & 0x7fff) == 0;
    number(block / type.typeSize(), value, HALF_EXPONENT, 0x7fff);
  }

  private void single(long block, int value) {
    zero &= (value & 0x7fffffff) == 0;
    number(block / type.typeSize(), value, SINGLE_EXPONENT, 0x7fffffff);
  }

  /// The scale of `IQ1_M` is in the highest four bits of four numbers behind its quants.
  private int scattered(long block) {
    int scale = 0;
    for (int i = 0; i < 4; i++) {
      int bits = Short.toUnsignedInt(bits16(block + 48 + 2L * i));
      scale |= (bits >>> 12) << (4 * i);
    }
    return scale;
  }

  /// A power of two of 8 bits, of which 255 is none; two elements of a sign and three bits a byte.
  private void mxfp4(long block) {
    if (Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, block)) == 255) {
      count(block / type.typeSize(), false);
    }
    for (int i = 1; zero && i < type.typeSize(); i++) {
      zero = (bytes.get(ValueLayout.JAVA_BYTE, block + i) & 0x77) == 0;
    }
  }

  /// Four scales of 8 bits; ggml reads 127, which is none elsewhere, as zero.
  private void nvfp4(long block) {
    for (int i = 0; zero && i < 4; i++) {
      byte scale = bytes.get(ValueLayout.JAVA_BYTE, block + i);
      zero = scale == 0 || scale == 127;
    }
  }

  private void number(long index, int value, int exponent, int magnitude) {
    if ((value & exponent) == exponent) {
      count(index, (value & magnitude) == exponent);
    }
  }

  private void count(long index, boolean isInfinite) {
    if (isInfinite) {
      infinite++;
    } else {
      nan++;
    }
    if (first < 0) {
      first = index;
    }
  }

  private short bits16(long at) {
    return bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at);
  }

  private int bits(long at) {
    return bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at);
  }

  /// Tells every chunk, and what is left at the end.
  private void advance(long at, int size) throws CancelledException {
    long done = at + size;
    if (done == bytes.byteSize()) {
      progress.advance(done - done / CHUNK * CHUNK + (crosses(at, size) ? CHUNK : 0));
    } else if (crosses(at, size)) {
      progress.advance(CHUNK);
    }
  }

  private static boolean crosses(long at, int size) {
    return at / CHUNK != (at + size) / CHUNK;
  }
}
