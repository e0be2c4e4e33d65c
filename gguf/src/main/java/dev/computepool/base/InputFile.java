package dev.computepool.base;

import dev.computepool.base.FormatException.Problem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files that somebody names to be read. What the system says about one that cannot be read as it
/// is names no file: `Is a directory`, `Input length = 1`.
public final class InputFile {
  private InputFile() {}

  /// A path that is to be read, which must be no folder.
  ///
  /// @throws FormatException if it is one
  public static Path requireNoFolder(Path file) throws FormatException {
    if (Files.isDirectory(file)) {
      throw new FormatException(file.toString(), new Problem("", "is a folder, not a file"));
    }
    return file;
  }

  /// A file whose bytes can be read at any place, and again.
  ///
  /// @throws FormatException if it is a folder, or a pipe, a device or the like
  public static Path requireRegular(Path file) throws FormatException {
    requireNoFolder(file);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FormatException(
          file.toString(), new Problem("", "is not a regular file: a pipe or device will not do"));
    }
    return file;
  }

  /// The text of a file.
  ///
  /// @param maxBytes a larger file is refused
  /// @throws FormatException if it is a folder, too large, or not UTF-8
  public static String text(Path file, long maxBytes) throws IOException {
    long size = Files.size(requireNoFolder(file));
    if (size > maxBytes) {
      throw new FormatException(
          file.toString(),
          new Problem("", "%d bytes exceed the limit of %d".formatted(size, maxBytes)));
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException _) {
      throw new FormatException(file.toString(), new Problem("", "is not UTF-8 text"));
    }
  }
}
