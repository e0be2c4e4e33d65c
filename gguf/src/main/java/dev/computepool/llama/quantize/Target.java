package dev.computepool.llama.quantize;

import dev.computepool.base.AtomicFile;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.llama.LlamaException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Where a quantized model is to appear.
///
/// @param file the result, or what the set is called without its numbers
/// @param parts the files of the result; only `file` if it is not a set
/// @param isSet whether it has as many files as the source
/// @param replace whether what is there is replaced
record Target(Path file, List<Path> parts, boolean isSet, boolean replace) {
  static Target of(QuantizeRequest request, int count) {
    Path file = request.output();
    if (!request.settings().keepSplit()) {
      return new Target(file, List.of(file), false, request.replace());
    }
    List<Path> parts = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      parts.add(file.resolveSibling("%s-%05d-of-%05d.gguf".formatted(stem(file), i, count)));
    }
    return new Target(file, List.copyOf(parts), true, request.replace());
  }

  private static String stem(Path file) {
    return file.getFileName().toString().replaceFirst("(?i)\\.gguf$", "");
  }

  /// Refuses what would be written over its own source, under whatever name.
  ///
  /// @throws UnquantizableException if one of the files is a source
  void requireOtherThan(List<Path> sources) throws IOException {
    List<Path> written = new ArrayList<>(parts);
    written.add(AtomicFile.partialOf(file));
    for (Path path : written) {
      for (Path source : sources) {
        if (Files.exists(path) && Files.isSameFile(path, source)) {
          throw new UnquantizableException(
              UnquantizableException.Reason.SAME_FILE,
              "%s is the model that is to be quantized".formatted(path));
        }
      }
    }
  }

  /// Refuses what is there already, unless it is to be replaced.
  void requireFree() throws FileAlreadyExistsException {
    for (Path part : parts) {
      if (!replace && Files.exists(part)) {
        throw new FileAlreadyExistsException(part.toString());
      }
    }
  }

  /// Begins to write, where no other process does.
  ///
  /// @throws FileAlreadyExistsException if a result is there and is not to be replaced
  /// @throws dev.computepool.base.BusyException if another process writes it
  Writing begin() throws IOException {
    requireFree();
    // The partial file is locked. Of a set it is only that: its files are written into a folder.
    AtomicFile lock = replace || isSet ? AtomicFile.replace(file) : AtomicFile.create(file);
    return isSet ? new WrittenSet(lock) : new WrittenFile(lock);
  }

  /// A result that is being written. Closing it removes what was not committed.
  interface Writing extends Closeable {
    /// Where the files of the result are until then.
    List<Path> places();

    /// Begins them, with the headers that they get.
    void writeHeaders(List<GgufLayout> layouts) throws IOException;

    /// Reads what was written, and lets it appear.
    ///
    /// @param bytes that it must have
    /// @return the files
    List<Path> commit(long bytes) throws IOException;
  }

  private static void requireComplete(List<Path> files, long bytes) throws IOException {
    long actual = 0;
    for (Path file : files) {
      actual += GgufFile.readHeader(file).fileSize();
    }
    if (actual != bytes) {
      throw new LlamaException(
          "the result has %d bytes where %d were planned".formatted(actual, bytes), List.of());
    }
  }

  private final class WrittenFile implements Writing {
    private final AtomicFile atomic;

    WrittenFile(AtomicFile atomic) {
      this.atomic = atomic;
    }

    @Override
    public List<Path> places() {
      return List.of(AtomicFile.partialOf(file));
    }

    @Override
    public void writeHeaders(List<GgufLayout> layouts) throws IOException {
      atomic.write(layouts.getFirst().header());
    }

    @Override
    public List<Path> commit(long bytes) throws IOException {
      requireComplete(places(), bytes);
      atomic.commit();
      return parts;
    }

    @Override
    public void close() throws IOException {
      atomic.close();
    }
  }

  private final class WrittenSet implements Writing {
    private final AtomicFile lock;
    private final Path folder;

    WrittenSet(AtomicFile lock) throws IOException {
      this.lock = lock;
      this.folder = file.resolveSibling("." + stem(file) + ".parts");
      clear(); // what a killed run left
      Files.createDirectory(folder);
    }

    @Override
    public List<Path> places() {
      return parts.stream().map(part -> folder.resolve(part.getFileName())).toList();
    }

    @Override
    public void writeHeaders(List<GgufLayout> layouts) throws IOException {
      for (int i = 0; i < layouts.size(); i++) {
        try (FileChannel part =
            FileChannel.open(
                places().get(i), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
          ByteBuffer header = layouts.get(i).header();
          while (header.hasRemaining()) {
            part.write(header);
          }
        }
      }
    }

    @Override
    public List<Path> commit(long bytes) throws IOException {
      List<Path> written = places();
      requireComplete(written, bytes);
      requireFree();
      // The first one last: it is the one that others open.
      for (int i = parts.size() - 1; i >= 0; i--) {
        Files.move(
            written.get(i),
            parts.get(i),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
      return parts;
    }

    @Override
    public void close() throws IOException {
      clear();
      lock.close();
    }

    private void clear() throws IOException {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          for (Path part : files.toList()) {
            Files.delete(part);
          }
        }
        Files.delete(folder);
      }
    }
  }
}
