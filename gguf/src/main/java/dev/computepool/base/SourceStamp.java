package dev.computepool.base;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/// What tells that a file is still the one that was looked at, without reading it.
///
/// To be taken before the file is read for the first time, and checked before anything that was
/// made of it appears.
///
/// @param fileKey the file system's own number of it, if it has one
public record SourceStamp(Path path, long size, FileTime modified, @Nullable Object fileKey) {
  /// Looks at a file.
  ///
  /// @throws FormatException if it is no regular file
  public static SourceStamp of(Path path) throws IOException {
    InputFile.requireRegular(path);
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new SourceStamp(
        path, attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
  }

  /// Checks that nothing has changed since.
  ///
  /// @throws FileSystemException if the file was changed or replaced
  public void check() throws IOException {
    SourceStamp now = of(path);
    if (!equals(now)) {
      throw new FileSystemException(
          path.toString(),
          null,
          size == now.size
              ? "was changed while it was read"
              : "was changed while it was read: it had %d bytes and now has %d"
                  .formatted(size, now.size));
    }
  }
}
