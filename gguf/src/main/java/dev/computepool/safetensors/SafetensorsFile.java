package dev.computepool.safetensors;

import dev.computepool.base.FormatException.Problem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// A safetensors file, mapped and checked. Closing it ends the life of every slice.
public final class SafetensorsFile implements AutoCloseable {
  private final Path path;
  private final Arena arena;
  private final MemorySegment bytes;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, Arena arena, MemorySegment bytes, SafetensorsHeader header) {
    this.path = path;
    this.arena = arena;
    this.bytes = bytes;
    this.header = header;
  }

  /// Maps a file and reads its header.
  ///
  /// @throws SafetensorsFormatException with all that is wrong with it
  public static SafetensorsFile open(Path path) throws IOException {
    List<Problem> problems = new ArrayList<>();
    SafetensorsFile file = openReadable(path, problems);
    if (!problems.isEmpty()) {
      file.close();
      throw new SafetensorsFormatException(path.toString(), problems);
    }
    return file;
  }

  /// Maps a file and reads what can be believed of its header.
  ///
  /// @param problems receives what is wrong with it
  /// @throws SafetensorsFormatException if nothing of it can be believed
  static SafetensorsFile openReadable(Path path, List<Problem> problems) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment bytes = map(path, arena);
      SafetensorsHeader header =
          SafetensorsHeader.readReadable(path.toString(), bytes, bytes.byteSize(), problems);
      SafetensorsFile file = new SafetensorsFile(path, arena, bytes, header);
      arena = null;
      return file;
    } finally {
      if (arena != null) {
        arena.close();
      }
    }
  }

  /// Reads and checks only the header, which needs no closing.
  ///
  /// @throws SafetensorsFormatException with all that is wrong with the file
  public static SafetensorsHeader readHeader(Path path) throws IOException {
    try (SafetensorsFile file = open(path)) {
      return file.header();
    }
  }

  private static MemorySegment map(Path path, Arena arena) throws IOException {
    if (Files.isDirectory(path)) {
      throw new FileSystemException(path.toString(), null, "is a folder, not a safetensors file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  public Path path() {
    return path;
  }

  /// Bytes of the file.
  public long size() {
    return bytes.byteSize();
  }

  public SafetensorsHeader header() {
    return header;
  }

  /// The bytes of a tensor of this file, little-endian.
  public MemorySegment bytes(StoredTensor tensor) {
    return bytes.asSlice(header.dataOffset() + tensor.range().start(), tensor.range().length());
  }

  @Override
  public void close() {
    arena.close();
  }
}
