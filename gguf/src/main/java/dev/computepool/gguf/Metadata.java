package dev.computepool.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The metadata of a file: keys and values in the order in which they are stored.
///
/// Nothing is decoded before it is asked for; a key is found by its bytes.
public final class Metadata {
  private final String file;
  private final ByteBuffer bytes;
  private final KeyIndex index;
  private final int[] starts; // of each entry, and the end of the last

  Metadata(String file, ByteBuffer bytes, KeyIndex index, int[] starts) {
    this.file = file;
    this.bytes = bytes;
    this.index = index;
    this.starts = starts;
  }

  /// Number of keys.
  public int size() {
    return starts.length - 1;
  }

  /// The keys, in the order of the file.
  public List<String> keys() {
    List<String> keys = new ArrayList<>(size());
    for (int i = 0; i < size(); i++) {
      keys.add(key(i));
    }
    return keys;
  }

  /// The key at this position of the file's order; U+FFFD stands for what is not UTF-8.
  public String key(int position) {
    byte[] key = new byte[keyLength(position)];
    bytes.get(starts[position] + Encoding.LENGTH, key);
    return new String(key, StandardCharsets.UTF_8);
  }

  /// The value at this position of the file's order.
  public MetadataValue value(int position) {
    int type = valueStart(position);
    return Encoding.value(bytes, type + Encoding.TYPE, Encoding.typeAt(bytes, type));
  }

  /// The type of the value at this position, without decoding it.
  public MetadataType type(int position) {
    return Encoding.typeAt(bytes, valueStart(position));
  }

  /// Whether there is such a key.
  public boolean contains(String key) {
    return position(key) >= 0;
  }

  /// Where in the file's order a key is, or -1.
  public int position(String key) {
    return index.find(key.getBytes(StandardCharsets.UTF_8));
  }

  /// The value of a key, if there is such a key.
  public Optional<MetadataValue> get(String key) {
    int position = position(key);
    return position < 0 ? Optional.empty() : Optional.of(value(position));
  }

  /// The value of a key that is to hold a string.
  ///
  /// @throws GgufFormatException if it holds something else
  public Optional<String> string(String key) throws GgufFormatException {
    int position = position(key);
    if (position < 0) {
      return Optional.empty();
    }
    if (value(position) instanceof MetadataValue.Text text) {
      return Optional.of(text.value());
    }
    throw wrongType(position, "a string");
  }

  /// The value of a key that is to hold an integer, of whatever width.
  ///
  /// @throws GgufFormatException if it holds something else, or 2^63 or more
  public OptionalLong integer(String key) throws GgufFormatException {
    int position = position(key);
    if (position < 0) {
      return OptionalLong.empty();
    }
    if (!(value(position) instanceof MetadataValue.Int integer)) {
      throw wrongType(position, "an integer");
    }
    if (integer.type() == MetadataType.UINT64 && integer.bits() < 0) {
      throw new GgufFormatException(
          file, valueStart(position), "%s is %s, beyond 2^63".formatted(key, integer));
    }
    return OptionalLong.of(integer.bits());
  }

  /// The value of a key that is to hold a truth value.
  ///
  /// @throws GgufFormatException if it holds something else
  public Optional<Boolean> bool(String key) throws GgufFormatException {
    int position = position(key);
    if (position < 0) {
      return Optional.empty();
    }
    if (value(position) instanceof MetadataValue.Bool bool) {
      return Optional.of(bool.value());
    }
    throw wrongType(position, "a bool");
  }

  /// The value of a key that is to hold an array.
  ///
  /// @throws GgufFormatException if it holds something else
  public Optional<MetadataArray> array(String key) throws GgufFormatException {
    int position = position(key);
    if (position < 0) {
      return Optional.empty();
    }
    if (value(position) instanceof MetadataArray array) {
      return Optional.of(array);
    }
    throw wrongType(position, "an array");
  }

  /// The bytes of the key at this position.
  ByteBuffer rawKey(int position) {
    return bytes.slice(starts[position] + Encoding.LENGTH, keyLength(position));
  }

  /// The value at this position as the file stores it, its type included.
  ByteBuffer rawValue(int position) {
    int start = valueStart(position);
    return bytes.slice(start, starts[position + 1] - start);
  }

  ByteOrder byteOrder() {
    return bytes.order();
  }

  private GgufFormatException wrongType(int position, String expected) {
    return new GgufFormatException(
        file,
        valueStart(position),
        "%s is %s, expected %s".formatted(key(position), type(position), expected));
  }

  private int keyLength(int position) {
    return (int) bytes.getLong(starts[position]);
  }

  private int valueStart(int position) {
    return starts[position] + Encoding.LENGTH + keyLength(position);
  }
}
