package dev.computepool.llama.quantize;

import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.GgufLayout;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.llama.ImportanceMatrix;
import dev.computepool.llama.MetadataOverride;
import dev.computepool.llama.MetadataOverride.BoolOverride;
import dev.computepool.llama.MetadataOverride.FloatOverride;
import dev.computepool.llama.MetadataOverride.IntOverride;
import dev.computepool.llama.MetadataOverride.TextOverride;
import dev.computepool.llama.ModelFiles;
import dev.computepool.llama.QuantizeSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How large a quantized model will be, to the byte: the headers that the library will write are
/// laid out, with the tensors of the plan.
final class ResultSize {
  private static final Pattern LAYER = Pattern.compile("blk\\.([0-9]+)\\.");

  private ResultSize() {}

  /// Bytes of all files of the result.
  static long of(
      ModelFiles model,
      List<PlannedTensor> tensors,
      QuantizeSettings settings,
      @Nullable ImportanceMatrix matrix) {
    Iterator<PlannedTensor> next = tensors.iterator();
    if (!settings.keepSplit()) {
      GgufLayout.Builder file = first(model, settings, matrix);
      next.forEachRemaining(t -> file.tensor(t.name(), t.to(), t.shape()));
      return file.build().fileSize();
    }
    long bytes = 0;
    int parts = model.headers().size();
    for (int part = 0; part < parts; part++) {
      GgufLayout.Builder file = part == 0 ? first(model, settings, matrix) : GgufLayout.builder();
      if (parts > 1) {
        file.put("split.no", new MetadataValue.Int(MetadataType.UINT16, part));
        file.put("split.count", new MetadataValue.Int(MetadataType.UINT16, parts));
        file.put("split.tensors.count", new MetadataValue.Int(MetadataType.INT32, tensors.size()));
      }
      for (int i = kept(model.headers().get(part), settings); i > 0 && next.hasNext(); i--) {
        PlannedTensor tensor = next.next();
        file.tensor(tensor.name(), tensor.to(), tensor.shape());
      }
      bytes += file.build().fileSize();
    }
    return bytes;
  }

  /// Everything but the tensors of the only, or the first file.
  private static GgufLayout.Builder first(
      ModelFiles model, QuantizeSettings settings, @Nullable ImportanceMatrix matrix) {
    Metadata metadata = model.headers().getFirst().metadata();
    GgufLayout.Builder file = GgufLayout.builder();
    file.putAll(metadata);
    file.put("general.quantization_version", new MetadataValue.Int(MetadataType.UINT32, 2));
    file.put("general.file_type", new MetadataValue.Int(MetadataType.UINT32, 0));
    List.of("split.no", "split.count", "split.tensors.count").forEach(file::remove);
    List<MetadataOverride> overrides = new ArrayList<>(settings.overrides());
    if (matrix != null) {
      overrides.addAll(matrix.overrides());
    }
    for (MetadataOverride override : overrides) {
      file.put(override.key(), stored(override));
    }
    return file;
  }

  private static MetadataValue stored(MetadataOverride override) {
    return switch (override) {
      case IntOverride(String _, long value) ->
          new MetadataValue.Int(MetadataType.UINT32, Math.abs(value) & 0xffff_ffffL);
      case FloatOverride(String _, double value) -> new MetadataValue.Float32((float) value);
      case BoolOverride(String _, boolean value) -> new MetadataValue.Bool(value);
      case TextOverride(String _, String value) -> {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MetadataOverride.MAX_BYTES);
        yield MetadataValue.Text.of(Arrays.copyOf(bytes, length));
      }
    };
  }

  private static int kept(GgufHeader part, QuantizeSettings settings) {
    return (int)
        part.tensors().stream()
            .sorted(Comparator.comparingLong(TensorInfo::offset))
            .filter(t -> !isPruned(t.name(), settings.prunedLayers()))
            .count();
  }

  private static boolean isPruned(String tensor, List<Integer> layers) {
    Matcher layer = LAYER.matcher(tensor);
    return layer.find() && layers.contains(Integer.valueOf(layer.group(1)));
  }
}
