package dev.computepool.gguf;

import dev.computepool.gguf.MetadataValue.Bool;
import dev.computepool.gguf.MetadataValue.Float32;
import dev.computepool.gguf.MetadataValue.Float64;
import dev.computepool.gguf.MetadataValue.Int;
import dev.computepool.gguf.MetadataValue.Text;
import java.nio.ByteBuffer;

/// Metadata values as bytes of a file.
///
/// Reading here trusts its input: {@link HeaderReader} has checked every length before.
final class Encoding {
  /// Bytes of a string's or an array's length.
  static final int LENGTH = Long.BYTES;

  /// Bytes of a type.
  static final int TYPE = Integer.BYTES;

  private Encoding() {}

  /// The value that starts at `at`.
  static MetadataValue value(ByteBuffer bytes, int at, MetadataType type) {
    return switch (type) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
          new Int(type, integer(bytes, at, type));
      case FLOAT32 -> new Float32(bytes.getInt(at));
      case FLOAT64 -> new Float64(bytes.getLong(at));
      case BOOL -> new Bool(bytes.get(at) != 0);
      case STRING -> new Text(bytes.slice(at + LENGTH, (int) bytes.getLong(at)));
      case ARRAY -> {
        MetadataType elementType = typeAt(bytes, at);
        int length = (int) bytes.getLong(at + TYPE);
        int start = at + TYPE + LENGTH;
        yield new MetadataArray(
            elementType,
            length,
            bytes.slice(start, end(bytes, at, type) - start).order(bytes.order()));
      }
    };
  }

  /// The integer that starts at `at`; of a `uint64` its 64 bits.
  static long integer(ByteBuffer bytes, int at, MetadataType type) {
    return switch (type) {
      case UINT8 -> bytes.get(at) & 0xffL;
      case INT8 -> bytes.get(at);
      case UINT16 -> bytes.getShort(at) & 0xffffL;
      case INT16 -> bytes.getShort(at);
      case UINT32 -> bytes.getInt(at) & 0xffff_ffffL;
      case INT32 -> bytes.getInt(at);
      case UINT64, INT64 -> bytes.getLong(at);
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY ->
          throw new IllegalArgumentException(type + " is not an integer type");
    };
  }

  /// Where the value that starts at `at` ends.
  static int end(ByteBuffer bytes, int at, MetadataType type) {
    if (type.bytes() > 0) {
      return at + type.bytes();
    }
    if (type == MetadataType.STRING) {
      return at + LENGTH + (int) bytes.getLong(at);
    }
    MetadataType elementType = typeAt(bytes, at);
    int length = (int) bytes.getLong(at + TYPE);
    int end = at + TYPE + LENGTH;
    if (elementType.bytes() > 0) {
      return end + length * elementType.bytes();
    }
    for (int i = 0; i < length; i++) {
      end = end(bytes, end, elementType);
    }
    return end;
  }

  /// The type whose number stands at `at`, which must be one.
  static MetadataType typeAt(ByteBuffer bytes, int at) {
    int id = bytes.getInt(at);
    MetadataType type = MetadataType.ofId(id);
    if (type == null) {
      throw new IllegalStateException("metadata type " + id + " at byte " + at);
    }
    return type;
  }

  /// Bytes that `value` takes in a file, without its type.
  static long bytes(MetadataValue value) {
    return switch (value) {
      case Int integer -> integer.type().bytes();
      case Float32 _ -> Float.BYTES;
      case Float64 _ -> Double.BYTES;
      case Bool _ -> 1;
      case Text text -> LENGTH + (long) text.length();
      case MetadataArray array -> TYPE + LENGTH + (long) array.encoded().remaining();
    };
  }

  /// Appends `value` in the byte order of `target`.
  static void put(MetadataValue value, ByteBuffer target) {
    switch (value) {
      case Int integer -> putInteger(integer, target);
      case Float32 number -> target.putInt(number.bits());
      case Float64 number -> target.putLong(number.bits());
      case Bool bool -> target.put((byte) (bool.value() ? 1 : 0));
      case Text text -> target.putLong(text.length()).put(text.bytes());
      case MetadataArray array -> {
        target.putInt(array.elementType().id()).putLong(array.length());
        if (array.encoded().order() == target.order()) {
          target.put(array.encoded());
        } else {
          for (MetadataValue element : array) {
            put(element, target);
          }
        }
      }
    }
  }

  private static void putInteger(Int integer, ByteBuffer target) {
    switch (integer.type().bytes()) {
      case Byte.BYTES -> target.put((byte) integer.bits());
      case Short.BYTES -> target.putShort((short) integer.bits());
      case Integer.BYTES -> target.putInt((int) integer.bits());
      default -> target.putLong(integer.bits());
    }
  }
}
