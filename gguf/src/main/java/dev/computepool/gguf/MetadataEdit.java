package dev.computepool.gguf;

import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A file with other metadata: the same tensors, moved as one piece to where the header then ends.
///
/// @param source the file as it is
/// @param header its header
/// @param layout the file as it will be
public record MetadataEdit(Path source, GgufHeader header, GgufLayout layout) {
  /// What happens to one key.
  public sealed interface Change {
    String key();

    /// The key gets this value, in its place if it is there, else at the end.
    record Put(String key, MetadataValue value) implements Change {}

    /// The key goes, if it is there.
    record Remove(String key) implements Change {}
  }

  /// Applies changes in their order, without touching the disk.
  ///
  /// @throws GgufFormatException if the file is not valid, or big-endian
  /// @throws IllegalArgumentException if a key or a value cannot be, as {@link
  ///     GgufLayout.Builder#put} says, or if the alignment would change
  public static MetadataEdit plan(Path source, List<Change> changes) throws IOException {
    GgufHeader header = GgufFile.readHeader(source);
    if (header.byteOrder() == ByteOrder.BIG_ENDIAN) {
      throw new GgufFormatException(
          header.file(),
          List.of(new Problem("", "a big-endian file can be read, but not written")));
    }
    GgufLayout.Builder builder =
        GgufLayout.builder().version(header.version()).putAll(header.metadata());
    for (Change change : changes) {
      switch (change) {
        case Change.Put(String key, MetadataValue value) -> builder.put(key, value);
        case Change.Remove(String key) -> builder.remove(key);
      }
    }
    return new MetadataEdit(source, header, builder.tensorsAsIn(header).build());
  }

  /// Writes the changed file.
  ///
  /// @param replace whether `target` may be replaced; it may be the source itself
  /// @throws java.nio.file.FileAlreadyExistsException if it is there and `replace` is false
  public void write(Path target, boolean replace, Progress progress) throws IOException {
    try (FileChannel channel = FileChannel.open(source, StandardOpenOption.READ)) {
      if (channel.size() != header.fileSize()) {
        throw new FileSystemException(
            source.toString(),
            null,
            "changed meanwhile: it had %d bytes and has %d"
                .formatted(header.fileSize(), channel.size()));
      }
      try (GgufWriter writer =
              replace ? GgufWriter.replace(target, layout) : GgufWriter.create(target, layout);
          Progress.Step step = progress.begin("Writing", layout.fileSize(), Progress.Unit.BYTES)) {
        step.advance(layout.header().remaining());
        writer.copyData(channel, header.dataOffset(), step);
        writer.commit();
      }
    }
  }
}
