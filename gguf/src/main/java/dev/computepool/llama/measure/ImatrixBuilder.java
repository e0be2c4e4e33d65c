package dev.computepool.llama.measure;

import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.GgufWriter;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.Shape;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.llama.ModelFiles;
import dev.computepool.llama.ModelOptions;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Measures which weights of a model matter for a text, and writes that in llama.cpp's GGUF form.
///
/// With the same library and the same settings the file is that of llama-imatrix.
public final class ImatrixBuilder {
  private ImatrixBuilder() {}

  /// Measures and writes.
  ///
  /// @throws dev.computepool.base.FormatException if the model is broken
  /// @throws FileAlreadyExistsException if the matrix is there already and is not to be replaced
  /// @throws IllegalArgumentException if the text is too short, or a number makes no sense
  /// @throws dev.computepool.llama.LlamaException if the library fails
  public static ImatrixResult build(LlamaWorker worker, ImatrixRequest request, Progress progress)
      throws IOException {
    ModelFiles.readWithWeights(request.model());
    if (!request.replace() && Files.exists(request.output())) {
      throw new FileAlreadyExistsException(request.output().toString());
    }
    TextChunks chunks =
        new TextChunks(
            request.chunkTokens(),
            request.batchTokens(),
            request.microBatchTokens(),
            request.chunks());
    ImatrixData data =
        worker.run(
            new ImatrixTask(
                request.model().toAbsolutePath().toString(),
                request.text().toString(),
                new ModelOptions(request.gpuLayers(), false),
                chunks,
                request.threads(),
                request.processOutput(),
                request.parseSpecial()),
            progress);
    long bytes = write(request, data);
    return new ImatrixResult(
        request.output(),
        bytes,
        data.tensors().size(),
        data.chunks(),
        data.tokens(),
        Duration.ofNanos(data.nanos()));
  }

  private static long write(ImatrixRequest request, ImatrixData data) throws IOException {
    GgufLayout.Builder builder =
        GgufLayout.builder()
            .put("general.type", MetadataValue.Text.of("imatrix"))
            .put(
                "imatrix.datasets",
                MetadataArray.of(
                    MetadataType.STRING, List.of(MetadataValue.Text.of(request.text().toString()))))
            .put("imatrix.chunk_count", number(data.chunks()))
            .put("imatrix.chunk_size", number(data.chunkTokens()));
    for (Map.Entry<String, ImatrixData.Sums> tensor : data.tensors().entrySet()) {
      ImatrixData.Sums sums = tensor.getValue();
      int experts = sums.counts.length;
      builder.tensor(tensor.getKey() + ".in_sum2", GgmlType.F32, shape(sums.inputs(), experts));
      builder.tensor(tensor.getKey() + ".counts", GgmlType.F32, shape(1, experts));
    }
    GgufLayout layout = builder.build();
    Path output = request.output();
    try (GgufWriter writer =
        request.replace()
            ? GgufWriter.replace(output, layout)
            : GgufWriter.create(output, layout)) {
      int next = 0;
      for (ImatrixData.Sums sums : data.tensors().values()) {
        TensorInfo squares = layout.tensors().get(next++);
        writer.write(squares, bytes(sums.squares));
        TensorInfo counts = layout.tensors().get(next++);
        writer.write(counts, bytes(floats(sums.counts)));
      }
      writer.commit();
    }
    return layout.fileSize();
  }

  private static MetadataValue number(int value) {
    return new MetadataValue.Int(MetadataType.UINT32, value);
  }

  private static Shape shape(int columns, int rows) {
    return rows == 1 ? Shape.of(columns) : Shape.of(columns, rows);
  }

  private static float[] floats(long[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      floats[i] = numbers[i];
    }
    return floats;
  }

  private static ByteBuffer bytes(float[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return bytes;
  }
}
