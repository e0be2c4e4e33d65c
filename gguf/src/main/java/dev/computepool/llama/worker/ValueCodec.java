package dev.computepool.llama.worker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes and reads what tasks and their answers are made of: a byte that tells what comes, then
/// its parts.
///
/// Java's own serialization would do, but spends a tenth of a second of a quantization on making
/// itself ready to read records. It is left what is not of the few kinds that are known here, such
/// as exceptions.
final class ValueCodec {
  private static final int NULL = 0;
  private static final int RECORD = 1; // name of the class, components
  private static final int ENUM = 2; // name of the class, name of the constant
  private static final int LIST = 3; // size, elements
  private static final int TEXT = 4; // bytes, UTF-8
  private static final int LONG = 5;
  private static final int INT = 6;
  private static final int BOOLEAN = 7;
  private static final int OTHER = 8; // bytes, of Java's serialization

  private static final String OURS = "dev.computepool.";

  private ValueCodec() {}

  /// Writes a value.
  ///
  /// @throws java.io.NotSerializableException if there is no way to
  static void write(DataOutputStream out, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.writeByte(NULL);
      case Record record -> {
        out.writeByte(RECORD);
        out.writeUTF(record.getClass().getName());
        for (RecordComponent component : record.getClass().getRecordComponents()) {
          write(out, get(component, record));
        }
      }
      case Enum<?> constant -> {
        out.writeByte(ENUM);
        out.writeUTF(constant.getDeclaringClass().getName());
        out.writeUTF(constant.name());
      }
      case List<?> list -> {
        out.writeByte(LIST);
        out.writeInt(list.size());
        for (Object element : list) {
          write(out, element);
        }
      }
      case String text -> {
        out.writeByte(TEXT);
        writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
      }
      case Long number -> {
        out.writeByte(LONG);
        out.writeLong(number);
      }
      case Integer number -> {
        out.writeByte(INT);
        out.writeInt(number);
      }
      case Boolean truth -> {
        out.writeByte(BOOLEAN);
        out.writeBoolean(truth);
      }
      default -> {
        out.writeByte(OTHER);
        writeBytes(out, serialized(value));
      }
    }
  }

  /// Reads a value; lists come back as array lists.
  ///
  /// @throws IOException if what comes is none
  static @Nullable Object read(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case NULL -> null;
      case RECORD -> record(in);
      case ENUM -> constant(in);
      case LIST -> {
        int size = in.readInt();
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          list.add(read(in));
        }
        yield list;
      }
      case TEXT -> new String(readBytes(in), StandardCharsets.UTF_8);
      case LONG -> in.readLong();
      case INT -> in.readInt();
      case BOOLEAN -> in.readBoolean();
      case OTHER -> deserialized(readBytes(in));
      default -> throw new InvalidObjectException("kind " + kind);
    };
  }

  private static Record record(DataInputStream in) throws IOException {
    Class<?> type = ours(in.readUTF());
    RecordComponent[] components = type.getRecordComponents();
    if (components == null) {
      throw new InvalidObjectException(type + " is no record");
    }
    @Nullable Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = read(in);
    }
    try {
      Constructor<?> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return (Record) constructor.newInstance(values);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw invalid(type, e);
    }
  }

  private static @Nullable Object get(RecordComponent component, Record record) throws IOException {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw invalid(record.getClass(), e);
    }
  }

  private static Enum<?> constant(DataInputStream in) throws IOException {
    Class<?> type = ours(in.readUTF());
    String name = in.readUTF();
    if (type.getEnumConstants() instanceof Enum<?>[] constants) {
      for (Enum<?> constant : constants) {
        if (constant.name().equals(name)) {
          return constant;
        }
      }
    }
    throw new InvalidObjectException(type + " has no " + name);
  }

  /// Both ends are of the same program; nothing else is taken from the other.
  private static Class<?> ours(String name) throws IOException {
    if (!name.startsWith(OURS)) {
      throw new InvalidObjectException("class " + name);
    }
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      InvalidObjectException invalid = new InvalidObjectException("class " + name);
      invalid.initCause(e);
      throw invalid;
    }
  }

  private static InvalidObjectException invalid(Class<?> type, Exception cause) {
    InvalidObjectException invalid = new InvalidObjectException(type + ": " + cause);
    invalid.initCause(cause);
    return invalid;
  }

  private static byte[] serialized(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  private static Object deserialized(byte[] bytes) throws IOException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      in.setObjectInputFilter(
          ObjectInputFilter.Config.createFilter(
              OURS + "**;java.lang.*;java.util.*;java.io.*;java.nio.file.*;java.time.*;!*"));
      return in.readObject();
    } catch (ClassNotFoundException e) {
      InvalidObjectException invalid = new InvalidObjectException(e.toString());
      invalid.initCause(e);
      throw invalid;
    }
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new InvalidObjectException("%d bytes of %d".formatted(bytes.length, length));
    }
    return bytes;
  }
}
