package dev.computepool.cli.command.gguf;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.gguf.split.MergePlan;
import dev.computepool.gguf.split.SplitFiles;
import dev.computepool.gguf.split.SplitSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp gguf merge`: the model that a set of files was split from.
@picocli.CommandLine.Command(
    footerHeading = "%nExample:%n",
    footer = "  cp gguf merge Model-00001-of-00003.gguf -o Model.gguf")
public final class GgufMergeCommand extends Command {
  @Parameters(index = "0", paramLabel = "PART.gguf", description = "Any part of the set.")
  private Path part = Path.of("");

  @Parameters(index = "1", arity = "0..1", paramLabel = "OUT.gguf", hidden = true)
  private @Nullable Path positional;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT.gguf",
      description = "The file to write.")
  private @Nullable Path output;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Check the set, and write nothing.")
  private boolean dryRun;

  @Option(names = "--force", description = "Replace the file if it exists.")
  private boolean force;

  public GgufMergeCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    if (output != null && positional != null) {
      throw new UsageException("%s and -o %s: one of them".formatted(positional, output));
    }
    Path target = output != null ? output : positional;
    if (target == null) {
      throw new UsageException("where to? missing -o OUT.gguf", "-o Model.gguf names the file");
    }
    MergePlan plan = MergePlan.of(SplitSet.open(part));
    for (String key : plan.dropped()) {
      out.warn("only later parts have the key %s: it is left out".formatted(key));
    }
    if (dryRun) {
      SplitFiles.check(plan, target, force);
      out.note("dry run: nothing was written");
    } else {
      SplitFiles.merge(plan, target, force, out.progress());
    }
    long bytes = dryRun ? plan.bytes() : Files.size(target);
    out.show(new Merged(target.toString(), plan.set().headers().size(), bytes));
    return ExitCode.DONE;
  }

  private record Merged(String path, int parts, long fileBytes) implements Report {
    @Override
    public void print(Text out) {
      out.line("%s: %s from %d parts".formatted(path, ByteSize.format(fileBytes), parts));
    }
  }
}
