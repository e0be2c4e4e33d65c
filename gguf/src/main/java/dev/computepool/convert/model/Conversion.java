package dev.computepool.convert.model;

import dev.computepool.base.Progress;
import dev.computepool.convert.tensor.TensorWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A directory that is to become GGUF: planned whole, with its files open until it is closed.
public final class Conversion implements AutoCloseable {
  private final ConversionPlan plan;
  private final GgufOutput output;
  private final Runnable closing;

  /// @param closing closes what the tensors of the plan are read from
  public Conversion(ConversionPlan plan, GgufOutput output, Runnable closing) {
    this.plan = plan;
    this.output = output;
    this.closing = closing;
  }

  /// What will be written.
  public ConversionPlan plan() {
    return plan;
  }

  /// The files that writing to `target` makes: that one, or a set named after it.
  public List<Path> files(Path target) {
    return output.files(target);
  }

  /// Checks what {@link #write} checks before it writes.
  ///
  /// @param replace whether files that are there may be replaced
  /// @throws java.nio.file.FileAlreadyExistsException if one is there and may not
  /// @throws dev.computepool.base.DiskFullException if the result does not fit
  public void check(Path target, boolean replace) throws IOException {
    output.check(target, replace);
  }

  /// Writes the result; files appear when all are complete.
  ///
  /// @param replace whether files that are there may be replaced
  /// @return the files that appeared
  /// @throws java.nio.file.FileAlreadyExistsException if one is there and may not be replaced
  /// @throws dev.computepool.base.DiskFullException if the result does not fit
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  public List<Path> write(Path target, boolean replace, int threads, Progress progress)
      throws IOException {
    return output.write(target, replace, new TensorWriter(threads), progress);
  }

  @Override
  public void close() {
    closing.run();
  }
}
