package dev.computepool.gguf;

import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A GGUF file, mapped and checked. Closing it ends the life of every slice, and of its metadata.
public final class GgufFile implements AutoCloseable {
  private final Path path;
  private final Arena arena;
  private final MemorySegment bytes;
  private final GgufHeader header;

  private GgufFile(Path path, Arena arena, MemorySegment bytes, GgufHeader header) {
    this.path = path;
    this.arena = arena;
    this.bytes = bytes;
    this.header = header;
  }

  /// Maps a file and reads its header.
  ///
  /// @throws GgufFormatException with all that is wrong with it
  public static GgufFile open(Path path) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment bytes = map(path, arena);
      GgufFile file = new GgufFile(path, arena, bytes, header(path, bytes));
      arena = null;
      return file;
    } finally {
      if (arena != null) {
        arena.close();
      }
    }
  }

  /// Reads and checks only the header, which needs no closing: the file stays mapped as long as
  /// somebody holds it.
  ///
  /// @throws GgufFormatException with all that is wrong with the file
  public static GgufHeader readHeader(Path path) throws IOException {
    return header(path, map(path, Arena.ofAuto()));
  }

  /// Whether a file is to be read as GGUF: by its name, else by its first bytes. The names of
  /// Ollama's blobs, for one, do not tell.
  public static boolean isGguf(Path path) throws IOException {
    if (path.toString().endsWith(".gguf")) {
      return true; // or its reader says what is wrong with it
    }
    try (InputStream in = Files.newInputStream(path)) {
      return new String(in.readNBytes(4), StandardCharsets.ISO_8859_1).matches("GGUF|FUGG");
    }
  }

  private static MemorySegment map(Path path, Arena arena) throws IOException {
    if (Files.isDirectory(path)) {
      throw new GgufFormatException(
          path.toString(), List.of(new Problem("", "is a folder, not a GGUF file")));
    }
    InputFile.requireRegular(path);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  private static GgufHeader header(Path path, MemorySegment bytes) throws GgufFormatException {
    HeaderRead read = GgufHeader.read(path.toString(), bytes, bytes.byteSize());
    // No pattern switch: its bootstrap costs a cold JVM more than reading the header does.
    if (read instanceof HeaderRead.Complete complete) {
      return complete.header();
    }
    throw new IllegalStateException("a whole file answers " + read);
  }

  public Path path() {
    return path;
  }

  /// Bytes of the file.
  public long size() {
    return bytes.byteSize();
  }

  public GgufHeader header() {
    return header;
  }

  /// The bytes of a tensor, without the padding that follows.
  public MemorySegment bytes(TensorInfo tensor) {
    return bytes.asSlice(header.positionOf(tensor), tensor.byteSize());
  }

  /// Any range of the file.
  ///
  /// @throws IndexOutOfBoundsException if it does not lie in the file
  public MemorySegment bytes(long offset, long length) {
    return bytes.asSlice(offset, length);
  }

  @Override
  public void close() {
    arena.close();
  }
}
