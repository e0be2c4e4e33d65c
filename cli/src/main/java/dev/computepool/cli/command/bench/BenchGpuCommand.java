package dev.computepool.cli.command.bench;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.ByteSize;
import dev.computepool.bench.torch.GpuBench;
import dev.computepool.bench.torch.TorchWork;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.Version;
import dev.computepool.cli.output.Json;
import dev.computepool.cli.output.Output;
import dev.computepool.train.preflight.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `cp bench gpu`: what a device computes and moves.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp bench gpu",
      "  cp bench gpu --sizes 1024,4096 --threads 8 --markdown",
      "",
      "JMH measures each line in a Java process of its own, with PyTorch's library.",
      "Without a GPU the CPU is measured, and called so. Products are of square",
      "matrices; a copy counts what it reads and what it writes."
    })
public final class BenchGpuCommand extends Command {
  private static final int MAX_SIZE = 32_768;
  private static final long LEAST_BYTES = 1 << 10;

  @Option(
      names = "--sizes",
      paramLabel = "N",
      split = ",",
      defaultValue = "512,1024,2048",
      description = "Rows of the matrices; default: ${DEFAULT-VALUE}.")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--bytes",
      paramLabel = "SIZE",
      description = "Size of what is copied and read; default: 256MiB.")
  private ByteSize bytes = ByteSize.parse("256MiB");

  @Mixin private TorchOptions torch = new TorchOptions();

  public BenchGpuCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    for (int size : sizes) {
      if (size < 1 || size > MAX_SIZE) {
        throw new UsageException("--sizes: from 1 to %d, not %d".formatted(MAX_SIZE, size));
      }
    }
    // Two of that size are there at a time.
    long most = Surroundings.memoryHere() / 4;
    if (bytes.bytes() < LEAST_BYTES || bytes.bytes() > most) {
      throw new UsageException(
          "--bytes: from 1 KiB to a quarter of this machine's memory, %s"
              .formatted(ByteSize.format(most)));
    }
    GpuBench.Request request =
        new GpuBench.Request(
            torch.device(),
            TorchWork.all(sizes, bytes.bytes()),
            torch.threads(context()),
            torch.repetitions(),
            Version.CURRENT);
    GpuBench.Result result = GpuBench.run(request, out.progress());
    BenchGpuReport report =
        BenchGpuReport.of(
            request, result, LocalDate.now(Clock.systemUTC()).toString(), torch.isMarkdown());
    out.show(report);
    if (torch.isSaved()) {
      MeasurementFolder.save(context(), out, folder -> save(folder, report));
    }
    return ExitCode.DONE;
  }

  private static void save(Path folder, BenchGpuReport report) throws IOException {
    AtomicFile.writeString(folder.resolve("gpu.json"), Json.document(report));
    MeasurementFolder.writeMarkdown(folder.resolve("gpu.md"), report.asMarkdown());
  }
}
