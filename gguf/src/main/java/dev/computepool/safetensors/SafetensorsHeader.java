package dev.computepool.safetensors;

import dev.computepool.base.FormatException.Problem;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a file says about its tensors.
///
/// @param metadata free text, such as `format` to `pt`, in the order of the file
/// @param tensors in the order of their data, which fills the data section without a gap
/// @param dataOffset where the data section starts, in bytes
public record SafetensorsHeader(
    Map<String, String> metadata, List<StoredTensor> tensors, long dataOffset) {
  /// Bytes of the length before the header.
  static final int LENGTH_BYTES = Long.BYTES;

  /// The format's limit for the header, in bytes.
  static final long MAX_BYTES = 100_000_000;

  public SafetensorsHeader {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    tensors = List.copyOf(tensors);
  }

  /// Reads and checks a header.
  ///
  /// @param source the path, or the URL, for messages
  /// @param prefix the start of the file, with the whole header in it
  /// @param fileSize bytes of the whole file
  /// @throws SafetensorsFormatException with all that is wrong
  public static SafetensorsHeader read(String source, MemorySegment prefix, long fileSize)
      throws SafetensorsFormatException {
    return new HeaderParser(source, prefix, fileSize).parse();
  }

  /// Reads a header with those of its tensors that can be believed.
  ///
  /// @param problems receives what is wrong with the others
  /// @throws SafetensorsFormatException if nothing of it can be believed
  static SafetensorsHeader readReadable(
      String source, MemorySegment prefix, long fileSize, List<Problem> problems)
      throws SafetensorsFormatException {
    return new HeaderParser(source, prefix, fileSize).parseReadable(problems);
  }

  /// Bytes of the data section.
  public long dataBytes() {
    return tensors.isEmpty() ? 0 : tensors.getLast().range().end();
  }
}
