package dev.computepool.llama;

import dev.computepool.gguf.GgmlType;
import dev.computepool.llama.NativeLog.Level;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `llama_model_quantize` with everything it takes, asked what it would do.
public final class QuantizeDryRun {
  // A name that nothing can be written to, should the library not know that this is a dry run.
  private static final String NOWHERE = "/dev/null/none";

  private final LlamaLibrary library;

  public QuantizeDryRun(LlamaLibrary library) {
    this.library = library;
  }

  /// Asks what would become of each tensor.
  ///
  /// @param lines receives the library's lines, among them one for each tensor
  /// @throws LlamaException if the library refuses
  public void run(
      Path input,
      QuantizeSettings settings,
      @Nullable ImportanceMatrix matrix,
      Consumer<String> lines)
      throws IOException {
    ModelFiles.readWithWeights(input);
    NativeLog log = library.log();
    log.clear();
    log.listen((Level level, String line) -> lines.accept(line));
    try (Arena arena = Arena.ofConfined()) {
      ParamsStruct params = params(settings, matrix, arena);
      params.set(Setting.DRY_RUN, true);
      MemorySegment source = arena.allocateFrom(input.toAbsolutePath().toString());
      int result = library.llama().quantize(source, arena.allocateFrom(NOWHERE), params.memory());
      if (result != 0) {
        throw new LlamaException("llama.cpp does not quantize " + input, log.complaints());
      }
    } finally {
      log.listen(null);
    }
  }

  private ParamsStruct params(
      QuantizeSettings settings, @Nullable ImportanceMatrix matrix, Arena arena)
      throws LlamaLibraryException {
    ParamsStruct params = new ParamsStruct(library, library.defaults().quantize(), arena);
    params.set(Setting.THREADS, settings.threads());
    params.set(Setting.FILE_TYPE, settings.type().id());
    if (settings.type() == FileType.COPY) {
      params.set(Setting.ONLY_COPY, true);
    }
    GgmlType outputType = settings.outputType();
    if (outputType != null) {
      params.set(Setting.OUTPUT_TENSOR_TYPE, outputType.id());
    }
    GgmlType embeddingType = settings.embeddingType();
    if (embeddingType != null) {
      params.set(Setting.TOKEN_EMBEDDING_TYPE, embeddingType.id());
    }
    params.set(Setting.ALLOW_REQUANTIZE, settings.allowRequantize());
    params.set(Setting.QUANTIZE_OUTPUT, !settings.leaveOutput());
    params.set(Setting.PURE, settings.pure());
    params.set(Setting.KEEP_SPLIT, settings.keepSplit());
    List<MetadataOverride> overrides = new ArrayList<>(settings.overrides());
    if (matrix != null) {
      params.set(Setting.IMATRIX, matrix(matrix, arena));
      overrides.addAll(matrix.overrides());
    }
    if (!overrides.isEmpty()) {
      params.set(Setting.METADATA_OVERRIDES, MetadataOverride.allocate(overrides, arena));
    }
    if (!settings.tensorTypes().isEmpty()) {
      params.set(Setting.TENSOR_TYPES, rules(settings.tensorTypes(), arena));
    }
    if (!settings.prunedLayers().isEmpty()) {
      params.set(Setting.PRUNED_LAYERS, layers(settings.prunedLayers(), arena));
    }
    return params;
  }

  /// An array of `struct llama_model_imatrix_data { const char * name; const float * data; size_t
  /// size; }`, ended by zeros.
  private static MemorySegment matrix(ImportanceMatrix matrix, Arena arena) {
    final int size = 24;
    MemorySegment array = arena.allocate((long) size * (matrix.weights().size() + 1), Long.BYTES);
    long at = 0;
    for (Map.Entry<String, float[]> entry : matrix.weights().entrySet()) {
      float[] weights = entry.getValue();
      array.set(ValueLayout.ADDRESS, at, arena.allocateFrom(entry.getKey()));
      array.set(ValueLayout.ADDRESS, at + 8, arena.allocateFrom(ValueLayout.JAVA_FLOAT, weights));
      array.set(ValueLayout.JAVA_LONG, at + 16, weights.length);
      at += size;
    }
    return array;
  }

  /// An array of `struct llama_model_tensor_override { const char * pattern; enum ggml_type type;
  /// }`, ended by zeros.
  private static MemorySegment rules(List<QuantizeSettings.TensorRule> rules, Arena arena) {
    final int size = 16;
    MemorySegment array = arena.allocate((long) size * (rules.size() + 1), Long.BYTES);
    for (int i = 0; i < rules.size(); i++) {
      long at = (long) size * i;
      array.set(ValueLayout.ADDRESS, at, arena.allocateFrom(rules.get(i).pattern()));
      array.set(ValueLayout.JAVA_INT, at + 8, rules.get(i).type().id());
    }
    return array;
  }

  /// An array of `int32_t`, ended by -1.
  private static MemorySegment layers(List<Integer> layers, Arena arena) {
    MemorySegment array = arena.allocate(ValueLayout.JAVA_INT, layers.size() + 1L);
    for (int i = 0; i < layers.size(); i++) {
      array.setAtIndex(ValueLayout.JAVA_INT, i, layers.get(i));
    }
    array.setAtIndex(ValueLayout.JAVA_INT, layers.size(), -1);
    return array;
  }
}
