package dev.computepool.llama.quantize;

import dev.computepool.base.Progress;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.llama.ImportanceMatrix;
import dev.computepool.llama.LlamaLibrary;
import dev.computepool.llama.ModelFiles;
import dev.computepool.llama.QuantizeDryRun;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.RowQuantizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What {@link Quantizer} does, without a worker.
public final class InProcess {
  // Seven rows of the tiny models: they do not divide a tensor, or an expert.
  private static final int PIECE = 7 * 256;

  private InProcess() {}

  /// Quantizes a model to one file, or to those of a set, which are replaced.
  public static void quantize(
      LlamaLibrary library,
      Path input,
      List<Path> outputs,
      QuantizeSettings settings,
      @Nullable ImportanceMatrix matrix)
      throws IOException {
    List<String> lines = new ArrayList<>();
    new QuantizeDryRun(library).run(input, settings, matrix, lines::add);
    ModelFiles model = ModelFiles.readWithWeights(input);
    QuantizeRequest request = new QuantizeRequest(input, outputs.getFirst(), settings, null, true);
    ResultFiles result = Quantizer.decide(request, model, settings, matrix, lines).result();
    for (int i = 0; i < outputs.size(); i++) {
      writeHeader(outputs.get(i), result.layouts().get(i));
    }
    try (Progress.Step step = Progress.NONE.begin("", 0, Progress.Unit.BYTES);
        TensorQuantizer quantizer =
            new TensorQuantizer(
                new RowQuantizer(library),
                model.files(),
                outputs,
                result.tensors(),
                matrix == null ? Map.of() : matrix.weights(),
                PIECE)) {
      quantizer.run(settings.threads(), step);
    }
  }

  private static void writeHeader(Path output, GgufLayout layout) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            output,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer header = layout.header();
      while (header.hasRemaining()) {
        file.write(header);
      }
    }
  }
}
