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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Quantizes a model with llama.cpp, in a worker process.
///
/// The library decides what becomes of which tensor, and writes the result; its bytes are those
/// of llama-quantize. Around it: what would end its process is refused before, the result appears
/// under its name when it is complete and has been read again, and the work can be stopped: the
/// library cannot, so its process is ended and what it wrote is removed.
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
    Target target = Target.of(request, model);
    target.requireOtherThan(model.files());
    QuantizeSettings settings = settings(request, model);
    requireWholeBlocks(model, settings);
    Path file = request.matrix();
    ImportanceMatrix matrix = file == null ? null : ImatrixFile.read(file);
    List<String> lines =
        worker.run(
            new PlanTask(
                request.input().toAbsolutePath().toString(),
                settings,
                file == null ? null : file.toString()),
            progress);
    List<PlannedTensor> tensors = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (String line : lines) {
      TensorLine.planned(line).ifPresent(tensors::add);
      if (line.startsWith("warning: ")) {
        warnings.add(line.substring("warning: ".length()).replaceAll(" +", " ").strip());
      }
    }
    if (tensors.isEmpty()) {
      throw new LlamaException(
          "llama.cpp does not say what becomes of the tensors", lines.reversed());
    }
    requireMatrix(tensors, lines, matrix, settings);
    requireFresh(tensors, settings);
    long bytes = ResultSize.of(model, tensors, settings, matrix);
    target.requireFree();
    DiskSpace.require(request.output(), bytes);
    return new QuantizePlan(request, tensors, model.fileBytes(), bytes, warnings);
  }

  /// Carries out a plan.
  ///
  /// @throws dev.computepool.base.BusyException if another process is writing the same result
  /// @throws dev.computepool.base.CancelledException if it was cancelled; nothing is left then
  /// @throws LlamaException if the library fails; nothing is left then
  public static QuantizeResult run(LlamaWorker worker, QuantizePlan plan, Progress progress)
      throws IOException {
    QuantizeRequest request = plan.request();
    ModelFiles model = ModelFiles.readWithWeights(request.input());
    Path matrix = request.matrix();
    try (Target.Writing writing = Target.of(request, model).begin()) {
      long nanos =
          worker.run(
              new RunTask(
                  request.input().toAbsolutePath().toString(),
                  writing.place().toString(),
                  settings(request, model),
                  matrix == null ? null : matrix.toString(),
                  plan.tensors().stream().map(PlannedTensor::bytesBefore).toList()),
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

  /// The library copies the key that states the alignment and aligns to 32 whatever it says; then
  /// the key must say that.
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

  private static @Nullable GgmlType ownType(String tensor, QuantizeSettings settings) {
    return switch (tensor) {
      case "output.weight" -> settings.outputType();
      case "token_embd.weight", "per_layer_token_embd.weight" -> settings.embeddingType();
      default -> null;
    };
  }

  private static void requireMatrix(
      List<PlannedTensor> tensors,
      List<String> lines,
      @Nullable ImportanceMatrix matrix,
      QuantizeSettings settings)
      throws UnquantizableException {
    if (matrix == null && lines.stream().anyMatch(line -> line.contains(NEEDS_MATRIX))) {
      throw new UnquantizableException(
          Reason.NO_MATRIX, "type %s needs an importance matrix".formatted(settings.type()));
    }
    for (PlannedTensor tensor : tensors) {
      boolean known = matrix != null && matrix.weights().containsKey(tensor.name());
      // With layers pruned the names are others, and the library says itself what is missing.
      if (tensor.changes()
          && TensorTypes.needMatrix(tensor.to())
          && !known
          && settings.prunedLayers().isEmpty()) {
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
