package dev.computepool.convert.model;

import dev.computepool.gguf.GgmlType;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What most tensors of a converted model are stored as.
public enum OutputType {
  /// The 16-bit type of the source's first matrix that has one, else `F16`.
  AUTO(null, -1),
  F32(GgmlType.F32, 0),
  F16(GgmlType.F16, 1),
  BF16(GgmlType.BF16, 32),
  Q8_0(GgmlType.Q8_0, 7);

  private final @Nullable GgmlType type;
  private final int fileType;

  OutputType(@Nullable GgmlType type, int fileType) {
    this.type = type;
    this.fileType = fileType;
  }

  /// The type of a file's tensors.
  ///
  /// @throws IllegalStateException of {@link #AUTO}, which has none
  public GgmlType type() {
    if (type == null) {
      throw new IllegalStateException("AUTO has no type of its own");
    }
    return type;
  }

  /// llama.cpp's number for files of this type.
  int fileType() {
    return fileType;
  }

  /// The type of this name, in any case.
  public static Optional<OutputType> ofName(String name) {
    for (OutputType type : values()) {
      if (type.name().equals(name.toUpperCase(Locale.ROOT))) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
