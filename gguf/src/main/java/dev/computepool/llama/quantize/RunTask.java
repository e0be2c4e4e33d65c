package dev.computepool.llama.quantize;

import dev.computepool.base.Progress;
import dev.computepool.llama.LlamaLibrary;
import dev.computepool.llama.RowQuantizer;
import dev.computepool.llama.worker.LlamaTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the tensors; the result is how long that took, in nanoseconds.
///
/// @param sources as they were named, for the worker works in the same folder
/// @param targets with their headers
/// @param matrix where the importance of their columns is
record RunTask(
    List<String> sources,
    List<String> targets,
    List<TensorWork> tensors,
    @Nullable String matrix,
    int threads)
    implements LlamaTask<Long> {
  @Override
  public Long run(LlamaLibrary library, Progress progress) throws IOException {
    Map<String, float[]> importance =
        matrix == null ? Map.of() : ImatrixFile.read(Path.of(matrix)).weights();
    long total = tensors.stream().mapToLong(TensorWork::sourceBytes).sum();
    long start = System.nanoTime();
    try (Progress.Step step = progress.begin("Quantizing", total, Progress.Unit.BYTES);
        TensorQuantizer quantizer =
            new TensorQuantizer(
                new RowQuantizer(library),
                paths(sources),
                paths(targets),
                tensors,
                importance,
                TensorQuantizer.PIECE)) {
      quantizer.run(threads, step);
    }
    return System.nanoTime() - start;
  }

  private static List<Path> paths(List<String> names) {
    return names.stream().map(Path::of).toList();
  }
}
