package dev.computepool.cli.command.shard;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.hash.HashEngine;
import dev.computepool.sharding.store.JoinPlan;
import dev.computepool.sharding.store.JoinResult;
import dev.computepool.sharding.store.ShardJoiner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp shard join`: the original file, verified while it is written.
@picocli.CommandLine.Command(
    footerHeading = "%nExample:%n",
    footer = "  cp shard join model-q4-k-m -o Model-Q4_K_M.gguf")
public final class ShardJoinCommand extends Command {
  @Parameters(paramLabel = "DIR", description = "A directory of shards.")
  private Path directory = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "MODEL.gguf",
      required = true,
      description = "The file to write.")
  private Path output = Path.of("");

  @Option(
      names = "--allow-unverified",
      description =
          "Use shards whose hash nobody knows, and do without a damaged computepool.json.")
  private boolean allowUnverified;

  @Option(names = "--threads", paramLabel = "N", description = "Threads that hash.")
  private @Nullable Integer threads;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Check that all is there, and write nothing.")
  private boolean dryRun;

  @Option(names = "--force", description = "Replace the file if it exists.")
  private boolean force;

  public ShardJoinCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    JoinPlan plan = ShardJoiner.plan(directory, output, force, allowUnverified);
    if (dryRun) {
      ShardJoiner.check(plan);
      plan.notes().forEach(out::warn);
      out.show(new Joined(plan.target().toString(), plan.bytes(), null, plan.notes().isEmpty()));
      out.note("dry run: nothing was written");
      return ExitCode.DONE;
    }
    HashEngine engine = HashEngine.detect().withThreads(context().threads(threads));
    long start = System.nanoTime();
    JoinResult result = new ShardJoiner(engine).join(plan, out.progress());
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    result.notes().forEach(out::warn);
    String sha256 = result.sha256() == null ? null : result.sha256().hex();
    boolean proven = result.notes().isEmpty();
    out.show(new Joined(result.path().toString(), result.bytes(), sha256, proven));
    out.note(
        "joined %s in %s %s"
            .formatted(
                ByteSize.format(result.bytes()),
                Durations.format(time),
                Durations.inBrackets(Durations.rate(result.bytes(), time))));
    return ExitCode.DONE;
  }

  /// @param proven whether every byte is known to be that of the original
  private record Joined(
      String path, long fileBytes, @Nullable String sha256, @JsonIgnore boolean proven)
      implements Report {
    @Override
    public void print(Text out) {
      String how = proven ? "as it was split" : "put together";
      out.line("%s: %s, %s".formatted(path, ByteSize.format(fileBytes), how));
      if (sha256 != null) {
        out.line("sha256 " + sha256);
      }
    }
  }
}
