package dev.computepool.gguf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The value of one metadata key.
///
/// Floating-point values keep their bits, strings their bytes, so that what was read is written
/// back unchanged, NaN payloads and broken UTF-8 included.
public sealed interface MetadataValue
    permits MetadataValue.Int,
        MetadataValue.Float32,
        MetadataValue.Float64,
        MetadataValue.Bool,
        MetadataValue.Text,
        MetadataArray {
  MetadataType type();

  /// An integer of any width, signed or not.
  ///
  /// @param bits the value; of a `uint64` its 64 bits, so negative from 2^63 on
  record Int(MetadataType type, long bits) implements MetadataValue {
    public Int {
      boolean fits =
          switch (type) {
            case UINT8 -> bits == (bits & 0xffL);
            case INT8 -> bits == (byte) bits;
            case UINT16 -> bits == (bits & 0xffffL);
            case INT16 -> bits == (short) bits;
            case UINT32 -> bits == (bits & 0xffff_ffffL);
            case INT32 -> bits == (int) bits;
            case UINT64, INT64 -> true;
            case FLOAT32, FLOAT64, BOOL, STRING, ARRAY ->
                throw new IllegalArgumentException(type + " is not an integer type");
          };
      if (!fits) {
        throw new IllegalArgumentException(bits + " does not fit " + type);
      }
    }

    /// The value as a signed number.
    ///
    /// @throws ArithmeticException if it is 2^63 or more
    public long value() {
      if (type == MetadataType.UINT64 && bits < 0) {
        throw new ArithmeticException(this + " does not fit 63 bits");
      }
      return bits;
    }

    @Override
    public String toString() {
      return type == MetadataType.UINT64 ? Long.toUnsignedString(bits) : Long.toString(bits);
    }
  }

  /// A number in single precision.
  ///
  /// @param bits as IEEE 754 lays it out
  record Float32(int bits) implements MetadataValue {
    public Float32(float value) {
      this(Float.floatToRawIntBits(value));
    }

    @Override
    public MetadataType type() {
      return MetadataType.FLOAT32;
    }

    public float value() {
      return Float.intBitsToFloat(bits);
    }

    @Override
    public String toString() {
      return Float.toString(value());
    }
  }

  /// A number in double precision.
  ///
  /// @param bits as IEEE 754 lays it out
  record Float64(long bits) implements MetadataValue {
    public Float64(double value) {
      this(Double.doubleToRawLongBits(value));
    }

    @Override
    public MetadataType type() {
      return MetadataType.FLOAT64;
    }

    public double value() {
      return Double.longBitsToDouble(bits);
    }

    @Override
    public String toString() {
      return Double.toString(value());
    }
  }

  /// A truth value.
  record Bool(boolean value) implements MetadataValue {
    @Override
    public MetadataType type() {
      return MetadataType.BOOL;
    }

    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /// A string: bytes that should be UTF-8, decoded when they are asked for.
  final class Text implements MetadataValue {
    private final ByteBuffer bytes;

    Text(ByteBuffer bytes) {
      this.bytes = bytes;
    }

    /// The text as a file stores it.
    public static Text of(String value) {
      return new Text(ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    /// A copy of bytes that need not be UTF-8.
    public static Text of(byte[] bytes) {
      return new Text(ByteBuffer.wrap(bytes.clone()));
    }

    @Override
    public MetadataType type() {
      return MetadataType.STRING;
    }

    /// Bytes of the string.
    public int length() {
      return bytes.remaining();
    }

    /// A copy of the bytes.
    public byte[] bytes() {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(bytes.position(), copy);
      return copy;
    }

    /// The text; U+FFFD stands for what is not UTF-8.
    public String value() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Text that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
      return bytes.hashCode();
    }

    @Override
    public String toString() {
      return value();
    }
  }
}
