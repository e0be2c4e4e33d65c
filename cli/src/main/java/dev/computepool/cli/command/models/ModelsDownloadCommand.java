package dev.computepool.cli.command.models;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.NotFoundException;
import dev.computepool.cli.net.Network;
import dev.computepool.cli.output.Counts;
import dev.computepool.cli.output.Output;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.hub.DownloadPlan;
import dev.computepool.publish.hub.DownloadReport;
import dev.computepool.publish.hub.DownloadRequest;
import dev.computepool.publish.hub.Glob;
import dev.computepool.publish.hub.Hub;
import dev.computepool.publish.hub.HubDownload;
import dev.computepool.publish.hub.RepoId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp models download`: files of a repository of the Hub, verified.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp models download Qwen/Qwen2.5-0.5B-Instruct",
      "  cp models download Qwen/Qwen2.5-0.5B-Instruct-GGUF --include '*q4_k_m.gguf'"
    })
public final class ModelsDownloadCommand extends Command {
  private static final int MOST_NAMES = 8;

  @Parameters(paramLabel = "ORG/NAME", description = "The repository.")
  private String repo = "";

  @Option(
      names = "--include",
      paramLabel = "GLOB",
      description = "Only files of such names; * stands for anything; repeatable.")
  private List<String> include = new ArrayList<>();

  @Option(
      names = "--exclude",
      paramLabel = "GLOB",
      description = "No files of such names; repeatable.")
  private List<String> exclude = new ArrayList<>();

  @Option(
      names = "--revision",
      paramLabel = "R",
      description = "A branch, tag or commit, or refs/pr/N; default: main.")
  private String revision = Hub.MAIN;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "The folder for the files; default: NAME.")
  private @Nullable Path output;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Show which files would be fetched, and fetch none.")
  private boolean dryRun;

  @Option(names = "--force", description = "Replace other files of these names.")
  private boolean force;

  public ModelsDownloadCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    DownloadRequest request = request();
    try (Http http = Http.open(Network.http(context(), out), out.cancellation())) {
      Hub hub = new Hub(http, Network.hub(context(), offline()).forReading(), out::warn);
      HubDownload download = new HubDownload(hub);
      DownloadPlan plan = download.plan(request, out.progress());
      if (plan.items().isEmpty()) {
        throw noFiles(plan);
      }
      if (dryRun) {
        out.show(DownloadView.of(plan));
        out.note("dry run: nothing was fetched");
        return ExitCode.DONE;
      }
      long start = System.nanoTime();
      DownloadReport report = download.run(plan, out.progress());
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      out.show(DownloadView.of(report));
      out.note(
          "%s: %s fetched and verified, %s in %s %s"
              .formatted(
                  request.directory(),
                  Counts.of(report.fetched().size(), "file"),
                  ByteSize.format(report.bytesFetched()),
                  Durations.format(time),
                  Durations.inBrackets(Durations.rate(report.bytesFetched(), time))));
      return ExitCode.DONE;
    }
  }

  private NotFoundException noFiles(DownloadPlan plan) {
    String where = "%s at %s".formatted(plan.snapshot().id(), revision);
    List<String> names = plan.others();
    if (names.isEmpty()) {
      return new NotFoundException(where + " has no files", null);
    }
    String some = String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)));
    return new NotFoundException(
        where + " has no such files",
        "it has %s%s".formatted(some, names.size() > MOST_NAMES ? ", …" : ""));
  }

  private DownloadRequest request() {
    RepoId id = RepoId.parseExisting(repo);
    return new DownloadRequest(
        id,
        revision,
        include.stream().map(Glob::parse).toList(),
        exclude.stream().map(Glob::parse).toList(),
        output == null ? Path.of(id.name()) : output,
        force);
  }
}
