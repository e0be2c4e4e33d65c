package dev.computepool.cli.command.shard;

import dev.computepool.base.ByteRange;
import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.option.IndexRanges;
import dev.computepool.cli.output.Output;
import dev.computepool.hash.HashEngine;
import dev.computepool.sharding.store.ShardDirectory;
import dev.computepool.sharding.store.ShardVerifier;
import dev.computepool.sharding.store.VerifyOptions;
import dev.computepool.sharding.store.VerifyReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp shard verify`: whether every file is what its hash says.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp shard verify model-q4-k-m",
      "  cp shard verify model-q4-k-m --shards 0,3-5 --quarantine",
      "  cp shard verify model-q4-k-m --range 1GiB-1025MiB   # reads only what it must",
      "",
      "Exit code 3 if anything is missing, damaged or of unknown hash."
    })
public final class ShardVerifyCommand extends Command {
  @Parameters(paramLabel = "DIR", description = "A directory of shards.")
  private Path directory = Path.of("");

  @Option(
      names = "--shards",
      paramLabel = "LIST",
      description = "Only these shards, such as 0,3-5.")
  private @Nullable IndexRanges shards;

  @Option(
      names = "--range",
      paramLabel = "A-B",
      description = "Only bytes A up to B (not included) of the original file.")
  private @Nullable ByteRange range;

  @Option(
      names = "--deep",
      description = "Also hold the files against each other, and prove a recorded SHA-256.")
  private boolean deep;

  @Option(
      names = "--quarantine",
      description = "Rename damaged files, so that no node takes them for good.")
  private boolean quarantine;

  @Option(
      names = "--repair",
      description = "Write lost or damaged hash trees and sidecars anew, from shards that are ok.")
  private boolean repair;

  @Option(
      names = "--allow-unverified",
      description = "A file whose hash nobody knows is good enough.")
  private boolean allowUnverified;

  @Option(names = "--threads", paramLabel = "N", description = "Threads that hash.")
  private @Nullable Integer threads;

  public ShardVerifyCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    HashEngine engine = HashEngine.detect().withThreads(context().threads(threads));
    long start = System.nanoTime();
    VerifyReport report = new ShardVerifier(engine).verify(directory, options(), out.progress());
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    VerifyView view = VerifyView.of(report);
    out.show(view);
    report.notes().forEach(out::note);
    if (!repair && report.repairable()) {
      out.note("nothing is lost: --repair writes hash trees and sidecars anew");
    }
    out.note(
        "%s: %s, %s in %s %s"
            .formatted(
                report.path(),
                view.verdict(),
                ByteSize.format(report.bytesRead()),
                Durations.format(time),
                Durations.inBrackets(Durations.rate(report.bytesRead(), time))));
    return report.ok() ? ExitCode.DONE : ExitCode.VERIFICATION;
  }

  private VerifyOptions options() throws IOException {
    if (shards != null && range != null) {
      throw new UsageException("--shards and --range do not go together");
    }
    if (deep && (shards != null || range != null)) {
      throw new UsageException("--deep looks at everything: leave out --shards and --range");
    }
    VerifyOptions options =
        VerifyOptions.ALL
            .withDeep(deep)
            .withQuarantine(quarantine)
            .withRepair(repair)
            .withAllowUnverified(allowUnverified);
    if (range != null) {
      return options.withRange(range);
    }
    if (shards != null) {
      int count = ShardDirectory.open(directory).manifest().shards().size();
      return options.withShards(Set.copyOf(shards.below(count, "shard")));
    }
    return options;
  }
}
