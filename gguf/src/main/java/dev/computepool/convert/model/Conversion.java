package dev.computepool.convert.model;

import dev.computepool.base.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A directory that is to become GGUF: planned whole, with its files open until it is closed.
public interface Conversion extends AutoCloseable {
  /// What will be written.
  ConversionPlan plan();

  /// The files that writing to `target` makes: that one, or a set named after it.
  List<Path> files(Path target);

  /// Checks what {@link #write} checks before it writes.
  ///
  /// @param replace whether files that are there may be replaced
  /// @throws java.nio.file.FileAlreadyExistsException if one is there and may not
  /// @throws dev.computepool.base.DiskFullException if the result does not fit
  void check(Path target, boolean replace) throws IOException;

  /// Writes the result; files appear when all are complete.
  ///
  /// @param replace whether files that are there may be replaced
  /// @return the files that appeared
  /// @throws java.nio.file.FileAlreadyExistsException if one is there and may not be replaced
  /// @throws dev.computepool.base.DiskFullException if the result does not fit
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  List<Path> write(Path target, boolean replace, int threads, Progress progress) throws IOException;

  @Override
  void close();
}
