package dev.computepool.cli.command.shard;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Counts;
import dev.computepool.cli.output.Output;
import dev.computepool.hash.HashEngine;
import dev.computepool.sharding.plan.HfSource;
import dev.computepool.sharding.plan.ModelId;
import dev.computepool.sharding.plan.PlanOptions;
import dev.computepool.sharding.store.ShardSplitter;
import dev.computepool.sharding.store.SplitOptions;
import dev.computepool.sharding.store.SplitPlan;
import dev.computepool.sharding.store.SplitResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp shard split`: a model as a directory of shards.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp shard split Model-Q4_K_M.gguf",
      "  cp shard split Model.gguf -o ~/.local/share/swarmllm/models --sha256",
      "  cp shard split Model.gguf --shard-size 1GiB --dry-run"
    })
public final class ShardSplitCommand extends Command {
  enum ManifestQuant {
    COMPATIBLE,
    EXACT
  }

  @Parameters(
      paramLabel = "MODEL.gguf",
      description = "The model to split, or any part of a split set.")
  private Path model = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Where the directory of the model appears; default: the working directory.")
  private Path output = Path.of(".");

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      description = "What one shard aims at; default: 512MiB, as public swarms cut.")
  private @Nullable ByteSize shardSize;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The model's id and its directory's name; default: from the file's name.")
  private @Nullable String id;

  @Option(
      names = "--sha256",
      description = "Record the SHA-256 of the original too, as hubs publish it.")
  private boolean sha256;

  @Option(
      names = "--link",
      description = "Index the model where it is: no shard is copied, the model must stay.")
  private boolean link;

  @Option(names = "--whole", description = "One shard that is the GGUF file itself.")
  private boolean whole;

  @Option(
      names = "--hf-source",
      paramLabel = "ORG/NAME/FILE.gguf",
      description = "Where on Hugging Face the file comes from, for nodes that fetch the rest.")
  private @Nullable String hfSource;

  @Option(
      names = "--manifest-quant",
      paramLabel = "WHICH",
      description = "Quantization in the manifest: compatible with older nodes, or exact.")
  private ManifestQuant manifestQuant = ManifestQuant.COMPATIBLE;

  @Option(names = "--strict", description = "What a node would not load is an error.")
  private boolean strict;

  @Option(names = "--threads", paramLabel = "N", description = "Threads that hash.")
  private @Nullable Integer threads;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Show what would be written, and write nothing.")
  private boolean dryRun;

  @Option(names = "--force", description = "Replace a directory of that name.")
  private boolean force;

  public ShardSplitCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    SplitOptions options =
        SplitOptions.of(planOptions(), publishDate())
            .withSha256(sha256)
            .withLink(link)
            .withReplace(force);
    SplitPlan plan = ShardSplitter.plan(model, output, options);
    PartsNote.show(plan.model(), out);
    plan.shards().warnings().forEach(out::warn);
    if (dryRun) {
      ShardSplitter.check(plan);
      out.show(SplitReport.of(plan));
      out.note("dry run: nothing was written");
      return ExitCode.DONE;
    }
    HashEngine engine = HashEngine.detect().withThreads(context().threads(threads));
    long start = System.nanoTime();
    SplitResult result = new ShardSplitter(engine).write(plan, out.progress());
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    out.show(SplitReport.of(result));
    out.note(
        "%s %s: %s, %s in %s %s"
            .formatted(
                link ? "indexed as" : "wrote",
                result.path(),
                Counts.of(result.shards().size(), "shard"),
                ByteSize.format(result.totalBytes()),
                Durations.format(time),
                Durations.inBrackets(Durations.rate(result.totalBytes(), time))));
    return ExitCode.DONE;
  }

  private PlanOptions planOptions() throws IOException {
    ByteSize size = shardSize == null ? context().config().shardSize() : shardSize;
    PlanOptions options =
        PlanOptions.DEFAULT
            .withShardSize(size.bytes())
            .withWhole(whole)
            .withStrict(strict)
            .withExactQuantization(manifestQuant == ManifestQuant.EXACT);
    if (id != null) {
      options = options.withId(new ModelId(id));
    }
    if (hfSource != null) {
      int slash = hfSource.lastIndexOf('/');
      if (slash < 0) {
        throw new UsageException("--hf-source '%s' is not ORG/NAME/FILE.gguf".formatted(hfSource));
      }
      options =
          options.withOrigin(
              new HfSource(hfSource.substring(0, slash), hfSource.substring(slash + 1)));
    }
    return options;
  }

  /// Now, or the moment that reproducible builds agree on.
  ///
  /// @see <a href="https://reproducible-builds.org/specs/source-date-epoch/">SOURCE_DATE_EPOCH</a>
  private Instant publishDate() throws UsageException {
    String epoch = context().environment().variable("SOURCE_DATE_EPOCH");
    if (epoch == null) {
      return Clock.systemUTC().instant();
    }
    try {
      return Instant.ofEpochSecond(Long.parseLong(epoch));
    } catch (NumberFormatException | java.time.DateTimeException e) {
      throw new UsageException("SOURCE_DATE_EPOCH=%s is no number of seconds".formatted(epoch));
    }
  }
}
