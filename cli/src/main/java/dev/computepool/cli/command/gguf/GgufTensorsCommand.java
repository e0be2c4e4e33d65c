package dev.computepool.cli.command.gguf;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/// `cp gguf tensors`: every tensor with its type, shape and place.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp gguf tensors Model.gguf",
      "  cp gguf tensors Model.gguf --json | jq '.tensors[] | select(.type == \"F32\")'"
    })
public final class GgufTensorsCommand extends Command {
  @Parameters(paramLabel = "FILE.gguf", description = "The file to look into.")
  private Path file = Path.of("");

  public GgufTensorsCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    GgufHeader header = GgufFile.readHeader(file);
    out.show(new Listing(header.tensors().stream().map(Row::of).toList()));
    return ExitCode.DONE;
  }

  private record Row(String name, String type, List<Long> shape, long offset, long bytes) {
    static Row of(TensorInfo tensor) {
      return new Row(
          tensor.name(),
          tensor.type().name(),
          tensor.shape().extents(),
          tensor.offset(),
          tensor.byteSize());
    }
  }

  private record Listing(List<Row> tensors) implements Report {
    @Override
    public void print(Text out) {
      Table table =
          new Table().left("tensor").left("type").left("shape").right("offset").right("size");
      for (Row row : tensors) {
        table.row(
            MetadataView.visible(row.name()),
            row.type(),
            row.shape().toString(),
            Long.toString(row.offset()),
            ByteSize.format(row.bytes()));
      }
      out.table(table);
    }
  }
}
