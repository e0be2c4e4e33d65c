package dev.computepool.publish.journal;

import dev.computepool.base.Progress;
import dev.computepool.hash.Digest;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A file as it was at one moment.
///
/// @param bytes of the file
/// @param modified as the file system tells it
/// @param sha256 of its content, or null where it was not read
public record FileStamp(long bytes, Instant modified, @Nullable Digest sha256) {
  /// Looks at a file without reading it.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is no such file
  public static FileStamp of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStamp(attributes.size(), attributes.lastModifiedTime().toInstant(), null);
  }

  /// Reads a file.
  ///
  /// @throws dev.computepool.base.CancelledException if `step` says so
  public static FileStamp hashed(Path file, Progress.Step step) throws IOException {
    FileStamp before = of(file);
    return before.with(digest(file, before.bytes, step));
  }

  static Digest digest(Path file, long bytes, Progress.Step step) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return Sha256.digest(channel, 0, bytes, step);
    }
  }

  /// The same with what its content is.
  public FileStamp with(Digest content) {
    return new FileStamp(bytes, modified, content);
  }

  /// Whether another look at the file found nothing that tells of a change.
  public boolean looksLike(FileStamp other) {
    return bytes == other.bytes && modified.equals(other.modified);
  }
}
