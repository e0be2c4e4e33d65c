package dev.computepool.sharding.store;

import dev.computepool.gguf.GgufFormatException;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.HeaderRead;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// `gguf_header.bin`, read as what it is: the beginning of a model file.
final class HeaderFile {
  private HeaderFile() {}

  /// The header in a file of its own. It stays mapped as long as somebody holds it.
  ///
  /// @param modelBytes of the whole model file
  /// @throws GgufFormatException if it is not a whole header
  static GgufHeader read(Path file, long modelBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() > modelBytes) {
        throw new GgufFormatException(
            file.toString(),
            modelBytes,
            "is longer than the model of %d bytes".formatted(modelBytes));
      }
      HeaderRead read =
          GgufHeader.read(
              file.toString(),
              channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()),
              modelBytes);
      return switch (read) {
        case HeaderRead.Complete(GgufHeader header) -> header;
        case HeaderRead.Incomplete(long needed) ->
            throw new GgufFormatException(
                file.toString(),
                channel.size(),
                "ends within the header, which has at least %d bytes".formatted(needed));
      };
    }
  }
}
