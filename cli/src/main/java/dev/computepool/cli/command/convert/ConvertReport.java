package dev.computepool.cli.command.convert;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.convert.model.ConversionPlan;
import dev.computepool.convert.model.PlannedTensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a conversion writes, or has written.
///
/// @param path the file, or the first of a set
/// @param bytes of all files
record ConvertReport(
    String source,
    String path,
    List<String> files,
    String architecture,
    String type,
    long bytes,
    int metadataCount,
    int tensorCount,
    List<Tensor> tensors,
    List<String> notes)
    implements Report {
  /// One tensor; its shape has the fastest-varying extent first.
  record Tensor(String name, String type, List<Long> shape, long bytes) {
    static Tensor of(PlannedTensor tensor) {
      return new Tensor(
          tensor.name(), tensor.type().name(), tensor.shape().extents(), tensor.byteSize());
    }
  }

  static ConvertReport of(ConversionPlan plan, List<Path> files) {
    return new ConvertReport(
        plan.source().toString(),
        files.getFirst().toString(),
        files.stream().map(Path::toString).toList(),
        plan.architecture(),
        plan.type().name(),
        plan.byteSize(),
        plan.metadata().size(),
        plan.tensors().size(),
        plan.tensors().stream().map(Tensor::of).toList(),
        plan.notes());
  }

  @Override
  public void print(Text out) {
    Map<String, long[]> types = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      long[] sums = types.computeIfAbsent(tensor.type(), t -> new long[2]);
      sums[0]++;
      sums[1] += tensor.bytes();
    }
    Table head = new Table().left("").left("");
    head.row("model", source);
    head.row("architecture", architecture);
    head.row("metadata", metadataCount + " keys");
    types.forEach(
        (type, sums) ->
            head.row(
                type,
                "%d tensor%s, %s"
                    .formatted(sums[0], sums[0] == 1 ? "" : "s", ByteSize.format(sums[1]))));
    for (String file : files) {
      head.row(files.size() == 1 ? "file" : "part", file);
    }
    head.row("size", ByteSize.format(bytes));
    out.table(head);
  }
}
