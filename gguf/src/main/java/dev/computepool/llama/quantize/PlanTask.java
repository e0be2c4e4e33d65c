package dev.computepool.llama.quantize;

import dev.computepool.base.Progress;
import dev.computepool.llama.ImportanceMatrix;
import dev.computepool.llama.LlamaLibrary;
import dev.computepool.llama.QuantizeDryRun;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.worker.LlamaTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Asks the library what would become of each tensor; the result is what it says.
///
/// @param input absolute
/// @param matrix as it was named
record PlanTask(String input, QuantizeSettings settings, @Nullable String matrix)
    implements LlamaTask<ArrayList<String>> {
  @Override
  public ArrayList<String> run(LlamaLibrary library, Progress progress) throws IOException {
    ArrayList<String> lines = new ArrayList<>();
    ImportanceMatrix importance = matrix == null ? null : ImatrixFile.read(Path.of(matrix));
    new QuantizeDryRun(library).run(Path.of(input), settings, importance, lines::add);
    return lines;
  }
}
