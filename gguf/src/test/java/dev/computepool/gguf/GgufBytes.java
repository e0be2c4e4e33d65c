package dev.computepool.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A GGUF file put together byte by byte, so that tests can make it wrong wherever they want.
final class GgufBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ByteOrder order;

  private GgufBytes(ByteOrder order) {
    this.order = order;
  }

  static GgufBytes empty(ByteOrder order) {
    return new GgufBytes(order);
  }

  /// Magic, version 3 and the two counts.
  static GgufBytes start(long tensors, long entries) {
    return start(ByteOrder.LITTLE_ENDIAN, 3, tensors, entries);
  }

  static GgufBytes start(ByteOrder order, int version, long tensors, long entries) {
    return new GgufBytes(order).ascii("GGUF").i32(version).i64(tensors).i64(entries);
  }

  GgufBytes i8(int value) {
    bytes.write(value);
    return this;
  }

  GgufBytes i16(int value) {
    return raw(ByteBuffer.allocate(2).order(order).putShort((short) value).array());
  }

  GgufBytes i32(int value) {
    return raw(ByteBuffer.allocate(4).order(order).putInt(value).array());
  }

  GgufBytes i64(long value) {
    return raw(ByteBuffer.allocate(8).order(order).putLong(value).array());
  }

  GgufBytes raw(byte... values) {
    bytes.writeBytes(values);
    return this;
  }

  GgufBytes ascii(String text) {
    return raw(text.getBytes(StandardCharsets.UTF_8));
  }

  GgufBytes string(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    return i64(encoded.length).raw(encoded);
  }

  /// A key and the type of its value, which is to follow.
  GgufBytes key(String key, MetadataType type) {
    return string(key).i32(type.id());
  }

  GgufBytes tensor(String name, GgmlType type, long offset, long... extents) {
    return tensor(name, type.id(), offset, extents);
  }

  GgufBytes tensor(String name, int type, long offset, long... extents) {
    string(name).i32(extents.length);
    for (long extent : extents) {
      i64(extent);
    }
    return i32(type).i64(offset);
  }

  GgufBytes pad(int alignment) {
    while (bytes.size() % alignment != 0) {
      bytes.write(0);
    }
    return this;
  }

  GgufBytes zeros(int count) {
    return raw(new byte[count]);
  }

  int size() {
    return bytes.size();
  }

  byte[] toArray() {
    return bytes.toByteArray();
  }

  Path writeTo(Path file) throws IOException {
    return Files.write(file, toArray());
  }

  /// The header of this file, read from all of it.
  GgufHeader header() throws GgufFormatException {
    return header(toArray());
  }

  static GgufHeader header(byte[] file) throws GgufFormatException {
    HeaderRead read = GgufHeader.read("test.gguf", MemorySegment.ofArray(file), file.length);
    if (read instanceof HeaderRead.Complete(GgufHeader header)) {
      return header;
    }
    throw new AssertionError("a whole file answers " + read);
  }
}
