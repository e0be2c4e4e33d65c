package dev.computepool.cli.command.gguf;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.computepool.base.ByteSize;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.gguf.TensorInfo;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a GGUF file says about itself.
///
/// @param architecture null where the file does not say
/// @param name null where the file does not say
/// @param elements weights of all tensors
/// @param tensorTypes how many bytes are stored as which type, most first
/// @param set what the file is a part of, if it is
@JsonInclude(JsonInclude.Include.ALWAYS)
public record GgufInfoReport(
    String path,
    long fileBytes,
    int version,
    String byteOrder,
    int alignment,
    long dataOffset,
    int tensorCount,
    int metadataCount,
    @Nullable String architecture,
    @Nullable String name,
    long elements,
    List<TypeShare> tensorTypes,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SetView set,
    @JsonInclude(content = JsonInclude.Include.NON_NULL) Map<String, MetadataView> metadata)
    implements Report {
  /// The tensors of one type.
  public record TypeShare(String type, int tensors, long bytes) {}

  /// What a mapped file says.
  public static GgufInfoReport of(GgufFile model) {
    return of(model, null);
  }

  /// What a mapped file says, and what is known of the set that it is a part of.
  static GgufInfoReport of(GgufFile model, @Nullable SetView set) {
    GgufHeader header = model.header();
    Metadata metadata = header.metadata();
    Map<String, MetadataView> views = new LinkedHashMap<>();
    for (int i = 0; i < metadata.size(); i++) {
      views.put(metadata.key(i), MetadataView.of(metadata.value(i)));
    }
    long elements = 0;
    for (TensorInfo tensor : header.tensors()) {
      elements += tensor.shape().elements();
    }
    return new GgufInfoReport(
        model.path().toString(),
        model.size(),
        header.version(),
        header.byteOrder() == ByteOrder.LITTLE_ENDIAN ? "little" : "big",
        header.alignment(),
        header.dataOffset(),
        header.tensors().size(),
        metadata.size(),
        text(metadata, "general.architecture"),
        text(metadata, "general.name"),
        elements,
        shares(header.tensors()),
        set,
        views);
  }

  private static @Nullable String text(Metadata metadata, String key) {
    return metadata.get(key).orElse(null) instanceof MetadataValue.Text text ? text.value() : null;
  }

  private static List<TypeShare> shares(List<TensorInfo> tensors) {
    Map<GgmlType, TypeShare> shares = new LinkedHashMap<>();
    for (TensorInfo tensor : tensors) {
      TypeShare one = new TypeShare(tensor.type().name(), 1, tensor.byteSize());
      shares.merge(
          tensor.type(),
          one,
          (a, b) -> new TypeShare(a.type(), a.tensors() + b.tensors(), a.bytes() + b.bytes()));
    }
    List<TypeShare> sorted = new ArrayList<>(shares.values());
    sorted.sort(Comparator.comparingLong(TypeShare::bytes).reversed());
    return sorted;
  }

  @Override
  public void print(Text out) {
    Table head = new Table().left("").left("");
    head.row("file", "%s (%s)".formatted(path, ByteSize.format(fileBytes)));
    head.row(
        "format", "GGUF v%d, %s-endian, alignment %d".formatted(version, byteOrder, alignment));
    head.row(
        "architecture", architecture == null ? "not stated" : MetadataView.visible(architecture));
    head.row("name", name == null ? "not stated" : MetadataView.visible(name));
    head.row("tensors", tensorCount == 0 ? (set == null ? "0 (vocabulary only)" : "0") : tensors());
    head.row("data", "from byte " + dataOffset);
    if (set != null) {
      head.row("set", set.text());
    }
    out.table(head).blank();
    Table table = new Table().left("metadata").left("type").left("value");
    metadata.forEach(
        (key, value) ->
            table.row(
                MetadataView.visible(key),
                value.elementType() == null ? value.type() : value.elementType() + "[]",
                value.text()));
    out.table(table);
  }

  private String tensors() {
    List<String> parts = new ArrayList<>();
    for (TypeShare share : tensorTypes) {
      parts.add(
          "%d %s %s".formatted(share.tensors(), share.type(), ByteSize.format(share.bytes())));
    }
    return "%d, %s weights (%s)"
        .formatted(tensorCount, grouped(elements), String.join(", ", parts));
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
