package dev.computepool.cli.command.gguf;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import dev.computepool.gguf.split.SplitFiles;
import dev.computepool.gguf.split.SplitLimit;
import dev.computepool.gguf.split.SplitPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp gguf split`: a set of files that llama.cpp loads by the first of them.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp gguf split Model.gguf --max-size 4GB",
      "  cp gguf split Model.gguf parts/Model --max-tensors 128 --dry-run"
    })
public final class GgufSplitCommand extends Command {
  @Parameters(index = "0", paramLabel = "FILE.gguf", description = "The model to split.")
  private Path file = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PREFIX",
      description = "Folder and name of the parts, before -00001-of-0000N.gguf.")
  private @Nullable Path prefix;

  @Option(
      names = {"--max-size", "--split-max-size"},
      paramLabel = "SIZE",
      description = "Tensor bytes of a part at most.")
  private @Nullable ByteSize maxSize;

  @Option(
      names = {"--max-tensors", "--split-max-tensors"},
      paramLabel = "N",
      description = "Tensors of a part at most; default without a size: 128.")
  private @Nullable Integer maxTensors;

  @Option(
      names = "--no-tensor-first-split",
      description = "The first part holds the metadata alone.")
  private boolean emptyFirst;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Show the parts, and write nothing.")
  private boolean dryRun;

  @Option(names = "--threads", paramLabel = "N", description = "Parts that are written at once.")
  private @Nullable Integer threads;

  @Option(names = "--force", description = "Replace parts that exist.")
  private boolean force;

  public GgufSplitCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    SplitPlan plan =
        SplitPlan.of(file, prefix == null ? besides(file) : prefix, limit(), emptyFirst);
    plan.lost().forEach(l -> out.warn("a later merge will not restore " + l));
    if (dryRun) {
      SplitFiles.check(plan, force);
      out.show(Parts.of(plan));
      out.note("dry run: nothing was written");
    } else {
      SplitFiles.split(plan, force, context().threads(threads), out.progress());
      out.show(Parts.of(plan));
    }
    return ExitCode.DONE;
  }

  private SplitLimit limit() throws UsageException {
    if (maxSize != null && maxTensors != null) {
      throw new UsageException("--max-size and --max-tensors do not go together");
    }
    if (maxSize != null) {
      return new SplitLimit.MaxBytes(maxSize);
    }
    return new SplitLimit.MaxTensors(maxTensors == null ? 128 : maxTensors);
  }

  private static Path besides(Path file) {
    String name = String.valueOf(file.getFileName());
    return file.resolveSibling(
        name.endsWith(".gguf") ? name.substring(0, name.length() - ".gguf".length()) : name);
  }

  private record Part(String path, int tensors, long bytes) {}

  private record Parts(String source, long totalBytes, List<Part> parts) implements Report {
    static Parts of(SplitPlan plan) {
      return new Parts(
          plan.source().toString(),
          plan.totalBytes(),
          plan.parts().stream()
              .map(p -> new Part(p.file().toString(), p.to() - p.from(), p.bytes()))
              .toList());
    }

    @Override
    public void print(Text out) {
      Table table = new Table().left("part").right("tensors").right("size");
      for (Part part : parts) {
        table.row(part.path(), Integer.toString(part.tensors()), ByteSize.format(part.bytes()));
      }
      out.table(table);
    }
  }
}
