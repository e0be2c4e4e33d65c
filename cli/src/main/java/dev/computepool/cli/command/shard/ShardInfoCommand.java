package dev.computepool.cli.command.shard;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import dev.computepool.gguf.split.ModelSource;
import dev.computepool.sharding.plan.PlanOptions;
import dev.computepool.sharding.plan.ShardPlanner;
import dev.computepool.sharding.store.ShardDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp shard info`: the shards of a directory, or those that a model would be split into.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp shard info model-q4-k-m",
      "  cp shard info Model-Q4_K_M.gguf --shard-size 1GiB",
      "  cp shard info model-q4-k-m --tensors"
    })
public final class ShardInfoCommand extends Command {
  @Parameters(
      paramLabel = "DIR|MODEL.gguf",
      description = "A directory of shards, or a model, or part of a set, that could be split.")
  private Path path = Path.of("");

  @Option(names = "--tensors", description = "Show which tensor is in which shard.")
  private boolean tensors;

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      description = "For a model: what one shard aims at; default: 512MiB.")
  private @Nullable ByteSize shardSize;

  public ShardInfoCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    if (Files.isRegularFile(path)) {
      out.show(ofModel(out));
    } else {
      if (shardSize != null && Files.isDirectory(path)) {
        throw new UsageException("--shard-size is for a model; %s is split".formatted(path));
      }
      out.show(InfoReport.of(ShardDirectory.open(path), tensors));
    }
    return ExitCode.DONE;
  }

  private InfoReport ofModel(Output out) throws IOException {
    ByteSize size = shardSize == null ? context().config().shardSize() : shardSize;
    ModelSource model = ModelSource.of(path);
    var plan =
        ShardPlanner.plan(
            model.header(), model.fileName(), PlanOptions.DEFAULT.withShardSize(size.bytes()));
    PartsNote.show(model, out);
    plan.warnings().forEach(out::warn);
    return InfoReport.of(plan, tensors);
  }
}
