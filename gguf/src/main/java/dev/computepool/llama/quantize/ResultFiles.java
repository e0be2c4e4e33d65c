package dev.computepool.llama.quantize;

import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.llama.FileType;
import dev.computepool.llama.ImportanceMatrix;
import dev.computepool.llama.LlamaException;
import dev.computepool.llama.MetadataOverride;
import dev.computepool.llama.MetadataOverride.BoolOverride;
import dev.computepool.llama.MetadataOverride.FloatOverride;
import dev.computepool.llama.MetadataOverride.IntOverride;
import dev.computepool.llama.MetadataOverride.TextOverride;
import dev.computepool.llama.ModelFiles;
import dev.computepool.llama.QuantizeSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The files of a quantized model: their headers, to the byte what llama-quantize writes, and what
/// is to be done for the rest.
///
/// @param layouts one for each file
/// @param tensors in the order in which they are written
record ResultFiles(List<GgufLayout> layouts, List<TensorWork> tensors) {
  private static final List<String> SPLIT_KEYS =
      List.of("split.no", "split.count", "split.tensors.count");

  ResultFiles {
    layouts = List.copyOf(layouts);
    tensors = List.copyOf(tensors);
  }

  /// Lays them out.
  ///
  /// @param planned by the library, in its order
  /// @throws LlamaException if it planned other tensors than the model has
  /// @throws UnquantizableException if the matrix does not fit a tensor
  static ResultFiles of(
      ModelFiles model,
      List<PlannedTensor> planned,
      QuantizeSettings settings,
      @Nullable ImportanceMatrix matrix)
      throws IOException {
    SourceTensors all = SourceTensors.of(model, settings.prunedLayers());
    List<SourceTensors.Source> sources = new ArrayList<>();
    for (PlannedTensor tensor : planned) {
      sources.add(all.of(tensor));
    }
    List<GgufLayout.Builder> files = new ArrayList<>(List.of(first(model, settings, matrix, all)));
    int parts = settings.keepSplit() ? model.headers().size() : 1;
    while (files.size() < parts) {
      files.add(GgufLayout.builder().padHeader());
    }
    if (parts > 1) {
      number(files, planned.size());
    }
    for (int i = 0; i < sources.size(); i++) {
      PlannedTensor tensor = planned.get(i);
      files.get(part(sources.get(i), settings)).tensor(tensor.name(), tensor.to(), tensor.shape());
    }
    List<GgufLayout> layouts = files.stream().map(GgufLayout.Builder::build).toList();
    List<Iterator<TensorInfo>> next = layouts.stream().map(l -> l.tensors().iterator()).toList();
    List<TensorWork> tensors = new ArrayList<>();
    for (SourceTensors.Source source : sources) {
      int part = part(source, settings);
      tensors.add(work(source, part, layouts.get(part), next.get(part).next(), matrix));
    }
    return new ResultFiles(layouts, tensors);
  }

  /// The file that a tensor goes to.
  private static int part(SourceTensors.Source source, QuantizeSettings settings) {
    return settings.keepSplit() ? source.file() : 0;
  }

  private static void number(List<GgufLayout.Builder> files, int tensors) {
    for (int part = 0; part < files.size(); part++) {
      files
          .get(part)
          .put("split.no", new MetadataValue.Int(MetadataType.UINT16, part))
          .put("split.count", new MetadataValue.Int(MetadataType.UINT16, files.size()))
          .put("split.tensors.count", new MetadataValue.Int(MetadataType.INT32, tensors));
    }
  }

  private static TensorWork work(
      SourceTensors.Source source,
      int part,
      GgufLayout layout,
      TensorInfo target,
      @Nullable ImportanceMatrix matrix)
      throws IOException {
    TensorInfo from = source.tensor();
    boolean matters =
        from.type() != target.type() && matrix != null && Importance.isIn(matrix, from);
    long columns = extent(from, 0);
    return new TensorWork(
        from.name(),
        from.type(),
        target.type(),
        columns,
        columns == 0 ? 0 : from.shape().elements() / columns,
        extent(from, 1),
        source.file(),
        source.position(),
        part,
        layout.dataOffset() + target.offset(),
        Math.toIntExact(-target.byteSize() & layout.alignment() - 1L),
        matters ? from.name() : null);
  }

  private static long extent(TensorInfo tensor, int dimension) {
    return dimension < tensor.shape().dimensions() ? tensor.shape().extent(dimension) : 1;
  }

  /// Everything but the tensors of the only, or the first file. What is set goes to the end, also
  /// if the key is there already.
  private static GgufLayout.Builder first(
      ModelFiles model,
      QuantizeSettings settings,
      @Nullable ImportanceMatrix matrix,
      SourceTensors sources)
      throws IOException {
    Metadata metadata = model.headers().getFirst().metadata();
    GgufLayout.Builder file = GgufLayout.builder().padHeader();
    file.putAll(metadata);
    append(file, "general.quantization_version", unsigned(2));
    append(file, "general.file_type", unsigned(fileType(settings.type(), model, sources)));
    SPLIT_KEYS.forEach(file::remove);
    List<MetadataOverride> overrides = new ArrayList<>(settings.overrides());
    if (matrix != null) {
      overrides.addAll(matrix.overrides());
    }
    for (MetadataOverride override : overrides) {
      append(file, override.key(), stored(override));
    }
    if (!settings.prunedLayers().isEmpty()) {
      String architecture = metadata.string("general.architecture").orElse("");
      append(file, architecture + ".block_count", unsigned(sources.layers()));
    }
    return file;
  }

  private static void append(GgufLayout.Builder file, String key, MetadataValue value) {
    file.remove(key).put(key, value);
  }

  private static MetadataValue unsigned(long value) {
    return new MetadataValue.Int(MetadataType.UINT32, value);
  }

  /// A copy keeps the number of its source, or gets the one that the library guesses.
  private static long fileType(FileType type, ModelFiles model, SourceTensors sources)
      throws IOException {
    if (type != FileType.COPY) {
      return type.id();
    }
    GgufHeader first = model.headers().getFirst();
    var stated = first.metadata().integer("general.file_type");
    return stated.isPresent() ? stated.getAsLong() : GuessedType.of(sources.ordered());
  }

  private static MetadataValue stored(MetadataOverride override) {
    return switch (override) {
      case IntOverride(String _, long value) -> unsigned(Math.abs(value) & 0xffff_ffffL);
      case FloatOverride(String _, double value) -> new MetadataValue.Float32((float) value);
      case BoolOverride(String _, boolean value) -> new MetadataValue.Bool(value);
      case TextOverride(String _, String value) -> {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MetadataOverride.MAX_BYTES);
        yield MetadataValue.Text.of(Arrays.copyOf(bytes, length));
      }
    };
  }

  /// Bytes of all files.
  long bytes() {
    return layouts.stream().mapToLong(GgufLayout::fileSize).sum();
  }
}
