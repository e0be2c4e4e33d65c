package dev.computepool.cli.command.inspect;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.ByteSize;
import dev.computepool.cli.command.gguf.GgufInfoReport;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.TensorInfo;
import dev.computepool.gguf.split.SplitSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A set of GGUF files that make one model.
///
/// @param path any of its parts
/// @param elements weights of all parts
/// @param first what the first part says, which has the metadata
record SplitSetReport(
    String path,
    int partCount,
    long fileBytes,
    int tensorCount,
    long elements,
    List<Part> parts,
    GgufInfoReport first)
    implements Report {
  /// One file.
  record Part(String file, long bytes, int tensors) {}

  static SplitSetReport of(Path path) throws IOException {
    SplitSet set = SplitSet.open(path);
    List<Part> parts = new ArrayList<>();
    long bytes = 0;
    long elements = 0;
    int tensors = 0;
    for (int i = 0; i < set.headers().size(); i++) {
      Path file = set.name().part(i);
      List<TensorInfo> own = set.headers().get(i).tensors();
      parts.add(new Part(file.toString(), Files.size(file), own.size()));
      bytes += Files.size(file);
      tensors += own.size();
      for (TensorInfo tensor : own) {
        elements += tensor.shape().elements();
      }
    }
    try (GgufFile first = GgufFile.open(set.name().part(0))) {
      return new SplitSetReport(
          path.toString(), parts.size(), bytes, tensors, elements, parts, GgufInfoReport.of(first));
    }
  }

  @JsonIgnore
  private String sizes() {
    return "%d tensors, %s".formatted(tensorCount, ByteSize.format(fileBytes));
  }

  @Override
  public void print(Text out) {
    Table table = new Table().left("part").right("tensors").right("size");
    for (Part part : parts) {
      table.row(part.file(), Integer.toString(part.tensors()), ByteSize.format(part.bytes()));
    }
    out.table(table).line("in all: " + sizes()).blank();
    first.print(out);
  }
}
