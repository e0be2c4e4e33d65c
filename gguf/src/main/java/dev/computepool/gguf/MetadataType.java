package dev.computepool.gguf;

import org.jspecify.annotations.Nullable;

/// The type of a metadata value, with the names of the GGUF specification.
public enum MetadataType {
  UINT8(0, 1, "uint8"),
  INT8(1, 1, "int8"),
  UINT16(2, 2, "uint16"),
  INT16(3, 2, "int16"),
  UINT32(4, 4, "uint32"),
  INT32(5, 4, "int32"),
  FLOAT32(6, 4, "float32"),
  BOOL(7, 1, "bool"),
  STRING(8, 0, "string"),
  ARRAY(9, 0, "array"),
  UINT64(10, 8, "uint64"),
  INT64(11, 8, "int64"),
  FLOAT64(12, 8, "float64");

  private static final MetadataType[] BY_ID = values();

  private final int id;
  private final int bytes;
  private final String specName;

  MetadataType(int id, int bytes, String specName) {
    this.id = id;
    this.bytes = bytes;
    this.specName = specName;
  }

  /// The number that stands for this type in a file.
  public int id() {
    return id;
  }

  /// Bytes of a value, or 0 where each value has its own length.
  public int bytes() {
    return bytes;
  }

  /// Whether values are integers, signed or not; `bool` is none.
  public boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
    };
  }

  /// The type with this number, or null if there is none.
  public static @Nullable MetadataType ofId(int id) {
    return id < 0 || id >= BY_ID.length ? null : BY_ID[id];
  }

  /// The name in the specification, such as `uint32`.
  @Override
  public String toString() {
    return specName;
  }
}
