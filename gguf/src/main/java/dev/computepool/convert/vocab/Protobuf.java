package dev.computepool.convert.vocab;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The fields of one protobuf message, one after the other.
///
/// A message that breaks off, or says that a field is longer than it, throws {@link
/// BufferUnderflowException}.
///
/// @see <a href="https://protobuf.dev/programming-guides/encoding/">encoding</a>
final class Protobuf {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final ByteBuffer bytes;
  private int field;
  private int wire;

  Protobuf(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Goes to the next field; one of the methods below must then take or skip its value.
  ///
  /// @return false at the end of the message
  boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wire = (int) (tag & 7);
    return true;
  }

  /// The number of the field.
  int field() {
    return field;
  }

  /// An integer, an enumeration or a truth value; 0 if the field is of another kind.
  long integer() {
    if (wire == VARINT) {
      return varint();
    }
    skip();
    return 0;
  }

  /// A number in single precision; 0 if the field is of another kind.
  float number() {
    if (wire == FIXED32) {
      return bytes.getFloat();
    }
    skip();
    return 0;
  }

  /// Bytes, a string or a message; none if the field is of another kind.
  ByteBuffer bytes() {
    if (wire != LENGTH) {
      skip();
      return ByteBuffer.allocate(0);
    }
    long length = varint();
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer slice = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return slice;
  }

  /// A string.
  String text() throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(bytes()).toString();
  }

  /// Passes over the value.
  void skip() {
    switch (wire) {
      case VARINT -> varint();
      case FIXED64 -> bytes.getLong();
      case LENGTH -> bytes();
      case FIXED32 -> bytes.getInt();
      default -> throw new BufferUnderflowException();
    }
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new BufferUnderflowException();
  }
}
