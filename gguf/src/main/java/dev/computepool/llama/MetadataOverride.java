package dev.computepool.llama;

import java.io.Serializable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One metadata value that the library is to use in place of the file's.
///
/// ```c
/// struct llama_model_kv_override {
///     enum llama_model_kv_override_type tag;
///     char key[128];
///     union { int64_t val_i64; double val_f64; bool val_bool; char val_str[128]; };
/// };
/// ```
public sealed interface MetadataOverride extends Serializable {
  /// The longest key and the longest string in bytes.
  int MAX_BYTES = 127;

  String key();

  /// An integer; the library stores its magnitude as `uint32`.
  record IntOverride(String key, long value) implements MetadataOverride {
    public IntOverride {
      requireKey(key);
    }
  }

  /// A number; the library stores it as `float32`.
  record FloatOverride(String key, double value) implements MetadataOverride {
    public FloatOverride {
      requireKey(key);
    }
  }

  /// A truth value.
  record BoolOverride(String key, boolean value) implements MetadataOverride {
    public BoolOverride {
      requireKey(key);
    }
  }

  /// A text; what is beyond its 127th byte is cut off, as llama.cpp's own tools do it.
  record TextOverride(String key, String value) implements MetadataOverride {
    public TextOverride {
      requireKey(key);
    }
  }

  /// Reads `KEY=TYPE:VALUE` with the types `int`, `float`, `bool` and `str`.
  ///
  /// @throws IllegalArgumentException saying what is wrong with `text`
  static MetadataOverride parse(String text) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':', equals);
    if (equals < 1 || colon < 0) {
      throw new IllegalArgumentException("'%s' is not KEY=TYPE:VALUE".formatted(text));
    }
    String key = text.substring(0, equals);
    String value = text.substring(colon + 1);
    try {
      return switch (text.substring(equals + 1, colon)) {
        case "int" -> new IntOverride(key, Long.parseLong(value));
        case "float" -> new FloatOverride(key, Double.parseDouble(value));
        case "str" -> new TextOverride(key, value);
        case "bool" ->
            switch (value) {
              case "true" -> new BoolOverride(key, true);
              case "false" -> new BoolOverride(key, false);
              default -> throw new IllegalArgumentException("'%s' is no bool".formatted(value));
            };
        default ->
            throw new IllegalArgumentException(
                "'%s' has none of the types int, float, bool, str".formatted(text));
      };
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'%s' is no number".formatted(value), e);
    }
  }

  private static void requireKey(String key) {
    int bytes = key.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "metadata key '%s' has %d bytes, not 1 to %d".formatted(key, bytes, MAX_BYTES));
    }
  }

  /// An array of the C structure, ended by an empty key.
  static MemorySegment allocate(List<MetadataOverride> overrides, Arena arena) {
    final int size = 264;
    final int keyOffset = 4;
    final int valueOffset = 136;
    MemorySegment array = arena.allocate((long) size * (overrides.size() + 1), Long.BYTES);
    for (int i = 0; i < overrides.size(); i++) {
      MemorySegment entry = array.asSlice((long) i * size, size);
      MemorySegment value = entry.asSlice(valueOffset);
      entry.setString(keyOffset, overrides.get(i).key());
      int tag =
          switch (overrides.get(i)) {
            case IntOverride number -> {
              value.set(ValueLayout.JAVA_LONG, 0, number.value());
              yield 0;
            }
            case FloatOverride number -> {
              value.set(ValueLayout.JAVA_DOUBLE, 0, number.value());
              yield 1;
            }
            case BoolOverride bool -> {
              value.set(ValueLayout.JAVA_BOOLEAN, 0, bool.value());
              yield 2;
            }
            case TextOverride text -> {
              byte[] bytes = text.value().getBytes(StandardCharsets.UTF_8);
              int length = Math.min(bytes.length, MAX_BYTES);
              MemorySegment.copy(bytes, 0, value, ValueLayout.JAVA_BYTE, 0, length);
              yield 3;
            }
          };
      entry.set(ValueLayout.JAVA_INT, 0, tag);
    }
    return array;
  }
}
