package dev.computepool.sharding.plan;

import dev.computepool.base.ByteRange;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.gguf.split.SplitPlan;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Decides what splitting a model makes of it. It reads nothing but the header that it is given.
public final class ShardPlanner {
  private static final long UINT32 = 0xffff_ffffL;

  private final GgufHeader header;
  private final Metadata metadata;
  private final String fileName;
  private final PlanOptions options;
  private final List<String> warnings = new ArrayList<>();

  private ShardPlanner(GgufHeader header, String fileName, PlanOptions options) {
    this.header = header;
    this.metadata = header.metadata();
    this.fileName = fileName;
    this.options = options;
  }

  /// Plans the shards of a model.
  ///
  /// @param fileName the model file's own name, which gives the id
  /// @throws FormatException in strict mode, with all that a node would not load
  /// @throws IllegalArgumentException if nodes refuse the id that the file's name gives
  public static ShardPlan plan(GgufHeader header, String fileName, PlanOptions options)
      throws FormatException {
    return new ShardPlanner(header, fileName, options).plan();
  }

  private ShardPlan plan() throws FormatException {
    String kind = text("general.architecture").orElse("llama");
    warnings.addAll(NodeLimits.warnings(header, kind, options.shardSize()));
    SplitPlan.partOf(header)
        .ifPresent(
            part ->
                warnings.add(
                    "this is %s, and not called so: a node runs whole models only"
                        .formatted(part)));
    ModelId id = options.id() == null ? ModelId.ofFileName(fileName) : options.id();
    Architecture architecture = architecture(kind);
    String quantization = quantization();
    if (options.origin() != null && options.shardSize() != PlanOptions.DEFAULT_SHARD_SIZE) {
      warnings.add(
          "nodes cut public models at 512 MiB and will replace shards of %d bytes"
              .formatted(options.shardSize()));
    }

    List<TensorSpan> tensors = TensorSpan.of(header);
    long requested = ShardLayout.requestedShards(header.fileSize(), options.shardSize());
    boolean whole = options.whole() || tensors.isEmpty();
    List<ShardLayout> layouts = ShardLayout.compute(tensors, whole ? 1 : requested);
    for (TensorSpan tensor : tensors) {
      if (!whole && ShardLayout.isDropped(tensor)) {
        warnings.add("tensor " + tensor.name() + " has no layer number: no shard will hold it");
      }
    }
    if (options.strict() && !warnings.isEmpty()) {
      throw new FormatException(
          header.file(), warnings.stream().map(warning -> new Problem("", warning)).toList());
    }
    ByteRange headerRange = new ByteRange(0, Math.min(header.dataOffset(), header.fileSize()));
    List<ShardLayout> shards =
        whole ? List.of(new ShardLayout(0, layouts.getFirst().layers(), List.of())) : layouts;
    return new ShardPlan(
        header.file(),
        fileName,
        header.fileSize(),
        id,
        name(),
        architecture,
        quantization,
        layers(kind, layouts.getLast()),
        uint32(kind + ".context_length").stream().boxed().findFirst().orElse(null),
        options.shardSize(),
        whole ? 1 : requested,
        headerRange,
        whole,
        shards,
        whole ? List.of() : sidecars(tensors),
        whole ? List.of() : gaps(shards, headerRange),
        options.origin(),
        warnings);
  }

  private String name() {
    return text("general.name")
        .filter(name -> !name.isBlank())
        .orElseGet(() -> fileName.replaceFirst("\\.gguf$", ""));
  }

  private long layers(String kind, ShardLayout last) {
    return uint32(kind + ".block_count").orElse(last.layers().end());
  }

  private Architecture architecture(String kind) {
    Optional<Architecture> known =
        Architecture.ofGguf(
            kind,
            uint32(kind + ".expert_count").orElse(0),
            uint32(kind + ".expert_used_count").orElse(0));
    if (known.isEmpty()) {
      warnings.add(
          "nodes do not run architecture '%s'; the manifest says Llama, for the catalogue only"
              .formatted(kind));
    }
    return known.orElse(Architecture.LLAMA);
  }

  private String quantization() {
    Quantization exact = detectQuantization();
    if (options.exactQuantization() || exact.isOriginal()) {
      return exact.name();
    }
    warnings.add(
        "the manifest says Q4KM, because "
            + (exact == Quantization.Unknown
                ? "the file does not tell how it is quantized"
                : "older nodes have no word for " + exact.label()));
    return Quantization.Q4KM.name();
  }

  private Quantization detectQuantization() {
    OptionalLong fileType = uint32("general.file_type");
    Optional<Quantization> recorded =
        fileType.isPresent() ? Quantization.ofFileType(fileType.getAsLong()) : Optional.empty();
    return recorded
        .or(() -> Quantization.ofFileName(fileName))
        .or(() -> mostBytes().map(Quantization::of))
        .orElse(Quantization.Unknown);
  }

  private Optional<GgmlType> mostBytes() {
    Map<GgmlType, Long> bytes = new EnumMap<>(GgmlType.class);
    for (TensorInfo tensor : header.tensors()) {
      bytes.merge(tensor.type(), tensor.byteSize(), Long::sum);
    }
    return bytes.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
  }

  private List<Sidecar> sidecars(List<TensorSpan> tensors) {
    List<Sidecar> sidecars = new ArrayList<>();
    boolean tied = tensors.stream().noneMatch(tensor -> tensor.name().equals("output.weight"));
    for (Sidecar.Kind kind : Sidecar.Kind.values()) {
      if (kind == Sidecar.Kind.TIED_OUTPUT && !tied) {
        continue;
      }
      for (TensorSpan tensor : tensors) {
        if (tensor.name().equals(kind.tensorName())) {
          sidecars.add(new Sidecar(kind, tensor));
        }
      }
    }
    return sidecars;
  }

  private List<ByteRange> gaps(List<ShardLayout> shards, ByteRange headerRange) {
    List<ByteRange> covered =
        shards.stream().flatMap(shard -> shard.tensors().stream()).map(TensorSpan::range).toList();
    return ByteRange.complement(covered, new ByteRange(headerRange.end(), header.fileSize()));
  }

  private Optional<String> text(String key) {
    return metadata
        .get(key)
        .flatMap(
            value ->
                value instanceof MetadataValue.Text text
                    ? Optional.of(text.value())
                    : Optional.empty());
  }

  private OptionalLong uint32(String key) {
    @Nullable MetadataValue value = metadata.get(key).orElse(null);
    return value instanceof MetadataValue.Int number
            && number.bits() >= 0
            && number.bits() <= UINT32
        ? OptionalLong.of(number.bits())
        : OptionalLong.empty();
  }
}
