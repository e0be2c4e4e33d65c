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
  private InProcess() {}

  /// Quantizes a model to one file, which is replaced.
  public static void quantize(
      LlamaLibrary library,
      Path input,
      Path output,
      QuantizeSettings settings,
      @Nullable ImportanceMatrix matrix)
      throws IOException {
    List<String> lines = new ArrayList<>();
    new QuantizeDryRun(library).run(input, settings, matrix, lines::add);
    ModelFiles model = ModelFiles.readWithWeights(input);
    QuantizeRequest request = new QuantizeRequest(input, output, settings, null, true);
    ResultFiles result = Quantizer.decide(request, model, settings, matrix, lines).result();
    writeHeader(output, result.layouts().getFirst());
    try (Progress.Step step = Progress.NONE.begin("", 0, Progress.Unit.BYTES);
        TensorQuantizer quantizer =
            new TensorQuantizer(
                new RowQuantizer(library),
                model.files(),
                List.of(output),
                result.tensors(),
                matrix == null ? Map.of() : matrix.weights())) {
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
