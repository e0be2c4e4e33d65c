package dev.computepool.publish.ollama;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.llama.FileType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// What Ollama's config says of a GGUF file.
///
/// @param architecture as `general.architecture` has it, such as `qwen2`
/// @param parameters elements of all tensors
/// @param fileType such as `Q4_K_M`; `unknown` if the file does not say, or llama.cpp knows no such
record GgufFacts(String architecture, long parameters, String fileType) {
  private static final String ADAPTER = "adapter";
  private static final String UNKNOWN = "unknown";

  private static final long THOUSAND = 1000;
  private static final long MILLION = THOUSAND * THOUSAND;
  private static final long BILLION = THOUSAND * MILLION;

  /// Reads the header of a file that is to be a layer.
  ///
  /// @throws FormatException with all that keeps it from being one
  static GgufFacts read(Path file, LayerKind kind) throws IOException {
    GgufHeader header = GgufFile.readHeader(file);
    List<Problem> problems = new ArrayList<>();
    String architecture = header.metadata().string("general.architecture").orElse("");
    if (architecture.isEmpty()) {
      problems.add(new Problem("", "has no general.architecture"));
    }
    if (header.tensors().isEmpty()) {
      problems.add(new Problem("", "has no tensors"));
    }
    if (header.byteOrder() != ByteOrder.LITTLE_ENDIAN) {
      problems.add(new Problem("", "is big-endian, which Ollama does not read"));
    }
    long parts = header.metadata().integer("split.count").orElse(1);
    if (parts > 1) {
      problems.add(
          new Problem(
              "", "is one of %d parts of a model; 'gguf merge' joins them".formatted(parts)));
    }
    boolean adapter = header.metadata().string("general.type").orElse("").equals(ADAPTER);
    if (adapter && kind != LayerKind.ADAPTER) {
      problems.add(new Problem("", "is an adapter, not a whole model"));
    }
    if (!adapter && kind == LayerKind.ADAPTER) {
      problems.add(new Problem("", "is no adapter: its general.type does not say so"));
    }
    if (!problems.isEmpty()) {
      throw new FormatException(file.toString(), problems);
    }
    long parameters = 0;
    for (TensorInfo tensor : header.tensors()) {
      parameters = Math.addExact(parameters, tensor.shape().elements());
    }
    return new GgufFacts(
        architecture, parameters, fileType(header.metadata().integer("general.file_type")));
  }

  private static String fileType(OptionalLong id) {
    if (id.isEmpty()) {
      return UNKNOWN;
    }
    return FileType.of(Long.toString(id.getAsLong())).map(FileType::name).orElse(UNKNOWN);
  }

  /// The number of parameters as Ollama writes it, such as `494.03M` or `8B`.
  String parameterText() {
    if (parameters >= BILLION) {
      return scaled(BILLION, 1) + "B";
    }
    if (parameters >= MILLION) {
      return scaled(MILLION, 2) + "M";
    }
    return parameters >= THOUSAND ? scaled(THOUSAND, 0) + "K" : Long.toString(parameters);
  }

  /// With as many decimals as Go's `%.1f` and `%.2f` give; none if the number is whole.
  private String scaled(long unit, int decimals) {
    double value = (double) parameters / unit;
    int places = parameters % unit == 0 ? 0 : decimals;
    return new BigDecimal(value).setScale(places, RoundingMode.HALF_EVEN).toPlainString();
  }
}
