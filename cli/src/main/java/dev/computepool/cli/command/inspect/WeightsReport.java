package dev.computepool.cli.command.inspect;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.ByteSize;
import dev.computepool.cli.command.gguf.MetadataView;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;
import dev.computepool.convert.family.Families;
import dev.computepool.safetensors.SafetensorsFile;
import dev.computepool.safetensors.SafetensorsHeader;
import dev.computepool.safetensors.SafetensorsSet;
import dev.computepool.safetensors.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A safetensors file, or the model that several make.
///
/// @param architecture as `config.json` names it; null of a file, or where it does not say
/// @param convertible whether `cp convert` knows the architecture; null of a file
/// @param bytes of all files
/// @param elements numbers of all tensors
/// @param types how many bytes are stored as which type, most first
/// @param metadata free text of the file; empty of a model
/// @param showTensors whether people asked for the list
record WeightsReport(
    String path,
    @Nullable String architecture,
    @Nullable Boolean convertible,
    long bytes,
    int tensorCount,
    long elements,
    List<TypeShare> types,
    Map<String, String> metadata,
    List<String> files,
    List<Tensor> tensors,
    @JsonIgnore boolean showTensors)
    implements Report {
  /// The tensors of one type.
  record TypeShare(String type, int tensors, long bytes) {}

  /// One tensor; its shape has the slowest-varying extent first, as PyTorch prints it.
  record Tensor(String name, String type, List<Long> shape, long bytes) {
    static Tensor of(StoredTensor tensor) {
      return new Tensor(
          tensor.name(), tensor.dtype().name(), tensor.shape(), tensor.range().length());
    }
  }

  static WeightsReport ofFile(Path path, boolean showTensors) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      SafetensorsHeader header = file.header();
      return of(
          path,
          null,
          null,
          file.size(),
          header.tensors(),
          header.metadata(),
          List.of(path.toString()),
          showTensors);
    }
  }

  static WeightsReport ofModel(Path path, boolean showTensors) throws IOException {
    Problems problems = new Problems();
    ModelDirectory directory = ModelDirectory.read(path, problems);
    problems.throwIfAny(path);
    String architecture = Families.architectureOf(directory).orElse(null);
    try (SafetensorsSet set =
        SafetensorsSet.open(path, directory.parts(), directory.index().orElse(null))) {
      long bytes = set.files().stream().mapToLong(SafetensorsFile::size).sum();
      return of(
          path,
          architecture,
          architecture != null && Families.known().contains(architecture),
          bytes,
          set.tensors(),
          Map.of(),
          set.files().stream().map(file -> file.path().toString()).toList(),
          showTensors);
    }
  }

  private static WeightsReport of(
      Path path,
      @Nullable String architecture,
      @Nullable Boolean convertible,
      long bytes,
      List<StoredTensor> tensors,
      Map<String, String> metadata,
      List<String> files,
      boolean showTensors) {
    Map<String, TypeShare> shares = new LinkedHashMap<>();
    long elements = 0;
    for (StoredTensor tensor : tensors) {
      elements += tensor.elements();
      shares.merge(
          tensor.dtype().name(),
          new TypeShare(tensor.dtype().name(), 1, tensor.range().length()),
          (a, b) -> new TypeShare(a.type(), a.tensors() + b.tensors(), a.bytes() + b.bytes()));
    }
    List<TypeShare> sorted = new ArrayList<>(shares.values());
    sorted.sort(Comparator.comparingLong(TypeShare::bytes).reversed());
    return new WeightsReport(
        path.toString(),
        architecture,
        convertible,
        bytes,
        tensors.size(),
        elements,
        sorted,
        metadata,
        files,
        tensors.stream().map(Tensor::of).toList(),
        showTensors);
  }

  @Override
  public void print(Text out) {
    Table head = new Table().left("").left("");
    head.row("path", "%s (%s)".formatted(path, ByteSize.format(bytes)));
    if (convertible != null) {
      String name = architecture == null ? "not stated" : MetadataView.visible(architecture);
      head.row("architecture", name + (convertible ? "" : ", which cp convert does not know"));
      head.row("files", Integer.toString(files.size()));
    }
    List<String> parts = new ArrayList<>();
    for (TypeShare share : types) {
      parts.add(
          "%d %s %s".formatted(share.tensors(), share.type(), ByteSize.format(share.bytes())));
    }
    head.row(
        "tensors",
        String.format(
            Locale.ROOT, "%d, %,d weights (%s)", tensorCount, elements, String.join(", ", parts)));
    metadata.forEach(
        (key, value) -> head.row(MetadataView.visible(key), MetadataView.visible(value)));
    out.table(head);
    if (showTensors) {
      out.blank().table(table(tensors));
    }
  }

  static Table table(List<Tensor> tensors) {
    Table table = new Table().left("tensor").left("type").left("shape").right("size");
    for (Tensor tensor : tensors) {
      table.row(
          MetadataView.visible(tensor.name()),
          tensor.type(),
          tensor.shape().toString(),
          ByteSize.format(tensor.bytes()));
    }
    return table;
  }
}
