package dev.computepool.llama.quantize;

import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.llama.ImportanceMatrix;
import dev.computepool.llama.LlamaLibrary;
import dev.computepool.llama.NativeQuantizer;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.worker.LlamaTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Quantizes; the result is how long that took, in nanoseconds.
///
/// @param input absolute
/// @param output absolute
/// @param matrix as it was named
/// @param tensorBytes of each tensor of the source, in the order of the plan
record RunTask(
    String input,
    String output,
    QuantizeSettings settings,
    @Nullable String matrix,
    List<Long> tensorBytes)
    implements LlamaTask<Long> {
  @Override
  public Long run(LlamaLibrary library, Progress progress) throws IOException {
    ImportanceMatrix importance = matrix == null ? null : ImatrixFile.read(Path.of(matrix));
    long total = tensorBytes.stream().mapToLong(Long::longValue).sum();
    long start = System.nanoTime();
    try (Progress.Step step = progress.begin("Quantizing", total, Progress.Unit.BYTES)) {
      new NativeQuantizer(library)
          .run(
              Path.of(input),
              Path.of(output),
              settings,
              importance,
              line -> TensorLine.index(line).ifPresent(i -> advance(step, i)));
    }
    return System.nanoTime() - start;
  }

  private void advance(Progress.Step step, int tensor) {
    try {
      step.advance(tensor <= tensorBytes.size() ? tensorBytes.get(tensor - 1) : 0);
    } catch (CancelledException e) {
      throw new UncheckedIOException(e); // a worker is ended, not cancelled
    }
  }
}
