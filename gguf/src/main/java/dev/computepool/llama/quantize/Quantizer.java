package dev.computepool.llama.quantize;

import dev.computepool.base.DiskSpace;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.llama.ImportanceMatrix;
import dev.computepool.llama.LlamaException;
import dev.computepool.llama.MetadataOverride;
import dev.computepool.llama.ModelFiles;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.quantize.UnquantizableException.Reason;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Quantizes a model with llama.cpp, in a worker process.
///
/// The library decides what becomes of which tensor, and ggml computes it, row by row; the files
/// around are written here. Their bytes are those of llama-quantize, which waits for the disk and
/// for one thread after each tensor. What would end the library's process is refused before, the
/// result appears under its name when it is complete and has been read again, and if the work is
/// stopped what was written is removed.
public final class Quantizer {
  private static final int LIBRARY_ALIGNMENT = 32;
  private static final String NEEDS_MATRIX = "will require an imatrix";

  private Quantizer() {}

  /// Finds out what would become of each tensor and whether it can be done.
  ///
  /// @throws FormatException if the model or the matrix is broken, or holds no tensors
  /// @throws UnquantizableException if it cannot be done, saying why
  /// @throws FileAlreadyExistsException if the result is there already and is not to be replaced
  /// @throws dev.computepool.base.DiskFullException if the result does not fit
  /// @throws LlamaException if the library refuses
  public static QuantizePlan plan(LlamaWorker worker, QuantizeRequest request, Progress progress)
      throws IOException {
    ModelFiles model = ModelFiles.readWithWeights(request.input());
    Target target = Target.of(request, model.files().size());
    target.requireOtherThan(model.files());
    QuantizeSettings settings = settings(request, model);
    requireWholeBlocks(model, settings);
    requireTensors(model, settings);
    Path file = request.matrix();
    ImportanceMatrix matrix = file == null ? null : ImatrixFile.read(file);
    List<String> lines =
        worker.run(
            new PlanTask(
                request.input().toAbsolutePath().toString(),
                settings,
                file == null ? null : file.toString()),
            progress);
    QuantizePlan plan = decide(request, model, settings, matrix, lines);
    target.requireFree();
    DiskSpace.require(request.output(), plan.outputBytes());
    return plan;
  }

  /// What the library's lines come to, and whether that can be done.
  static QuantizePlan decide(
      QuantizeRequest request,
      ModelFiles model,
      QuantizeSettings settings,
      @Nullable ImportanceMatrix matrix,
      List<String> lines)
      throws IOException {
    List<PlannedTensor> tensors = TensorLine.allPlanned(lines);
    if (tensors.isEmpty()) {
      throw new LlamaException(
          "llama.cpp does not say what becomes of the tensors", lines.reversed());
    }
    if (matrix == null && lines.stream().anyMatch(line -> line.contains(NEEDS_MATRIX))) {
      throw new UnquantizableException(
          Reason.NO_MATRIX, "type %s needs an importance matrix".formatted(settings.type()));
    }
    requireFresh(tensors, settings);
    ResultFiles result = ResultFiles.of(model, tensors, settings, matrix);
    requireMatrix(result.tensors(), matrix, settings);
    return new QuantizePlan(
        request, model.files(), tensors, model.fileBytes(), result, LibraryWarnings.of(lines));
  }

  /// Carries out a plan.
  ///
  /// @throws dev.computepool.base.BusyException if another process is writing the same result
  /// @throws dev.computepool.base.CancelledException if it was cancelled; nothing is left then
  /// @throws UnquantizableException if weights are no numbers, or would be none; nothing is left
  ///     then
  /// @throws LlamaException if the library fails; nothing is left then
  public static QuantizeResult run(LlamaWorker worker, QuantizePlan plan, Progress progress)
      throws IOException {
    QuantizeRequest request = plan.request();
    Path matrix = request.matrix();
    try (Target.Writing writing = Target.of(request, plan.result().layouts().size()).begin()) {
      writing.writeHeaders(plan.result().layouts());
      long nanos =
          worker.run(
              new RunTask(
                  names(plan.sources()),
                  names(writing.places()),
                  plan.result().tensors(),
                  matrix == null ? null : matrix.toString(),
                  request.settings().threads()),
              progress);
      List<Path> files = writing.commit(plan.outputBytes());
      return new QuantizeResult(
          files,
          plan.inputBytes(),
          plan.outputBytes(),
          plan.bitsPerWeight(),
          Duration.ofNanos(nanos));
    }
  }

  private static List<String> names(List<Path> files) {
    return files.stream().map(Path::toString).toList();
  }

  /// llama-quantize copies the key that states the alignment and aligns to 32 whatever it says;
  /// here the key says that.
  private static QuantizeSettings settings(QuantizeRequest request, ModelFiles model) {
    QuantizeSettings settings = request.settings();
    return model.headers().getFirst().alignment() == LIBRARY_ALIGNMENT
        ? settings
        : settings.with(new MetadataOverride.IntOverride("general.alignment", LIBRARY_ALIGNMENT));
  }

  /// Of the tensors that get a type of their own the library does not check the shape: it ends
  /// its process.
  private static void requireWholeBlocks(ModelFiles model, QuantizeSettings settings)
      throws UnquantizableException {
    for (GgufHeader header : model.headers()) {
      for (TensorInfo tensor : header.tensors()) {
        GgmlType type = ownType(tensor.name(), settings);
        if (type != null && tensor.shape().extent(0) % type.blockSize() != 0) {
          throw new UnquantizableException(
              Reason.SHAPE,
              "%s has rows of %d elements, which are not whole %s blocks of %d"
                  .formatted(tensor.name(), tensor.shape().extent(0), type, type.blockSize()));
        }
      }
    }
  }

  /// The first file of a set may have none; at any other the library ends its process.
  private static void requireTensors(ModelFiles model, QuantizeSettings settings)
      throws UnquantizableException {
    if (!settings.keepSplit()) {
      return;
    }
    Set<Integer> left = SourceTensors.of(model, settings.prunedLayers()).files();
    for (int file = 1; file < model.files().size(); file++) {
      if (!left.contains(file)) {
        throw new UnquantizableException(
            Reason.EMPTY_FILE,
            "of %s no tensor would be left without layers %s"
                .formatted(model.files().get(file), settings.prunedLayers()));
      }
    }
  }

  private static @Nullable GgmlType ownType(String tensor, QuantizeSettings settings) {
    return switch (tensor) {
      case "output.weight" -> settings.outputType();
      case "token_embd.weight", "per_layer_token_embd.weight" -> settings.embeddingType();
      default -> null;
    };
  }

  private static void requireMatrix(
      List<TensorWork> tensors, @Nullable ImportanceMatrix matrix, QuantizeSettings settings)
      throws UnquantizableException {
    for (TensorWork tensor : tensors) {
      if (tensor.changes()
          && tensor.importance() == null
          && TensorTypes.needsMatrix(tensor.name(), tensor.to(), settings.type())) {
        throw new UnquantizableException(
            Reason.NO_MATRIX,
            "%s as %s needs an importance matrix%s"
                .formatted(
                    tensor.name(),
                    tensor.to(),
                    matrix == null ? "" : ", and " + matrix.file() + " has none for it"));
      }
    }
  }

  private static void requireFresh(List<PlannedTensor> tensors, QuantizeSettings settings)
      throws UnquantizableException {
    if (settings.allowRequantize()) {
      return;
    }
    List<PlannedTensor> stale =
        tensors.stream().filter(t -> t.changes() && t.from().isQuantized()).toList();
    if (!stale.isEmpty()) {
      PlannedTensor first = stale.getFirst();
      throw new UnquantizableException(
          Reason.QUANTIZED_ALREADY,
          "%s is %s already%s: quantizing again loses more than quantizing once"
              .formatted(
                  first.name(),
                  first.from(),
                  stale.size() == 1 ? "" : " (and %d more tensors)".formatted(stale.size() - 1)));
    }
  }
}
