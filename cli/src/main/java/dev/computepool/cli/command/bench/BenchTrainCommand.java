package dev.computepool.cli.command.bench;

import dev.computepool.bench.torch.RandomModel;
import dev.computepool.bench.torch.StepShape;
import dev.computepool.bench.torch.TrainBench;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.NotFoundException;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.Version;
import dev.computepool.cli.command.train.TrainingMachine;
import dev.computepool.cli.output.Output;
import dev.computepool.train.preflight.ModelSearch;
import dev.computepool.train.speed.MeasurementFile;
import dev.computepool.train.torch.TorchFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp bench train`: how fast a model learns.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp bench train",
      "  cp bench train Qwen2.5-0.5B --shapes 4x512,8x256 --checkpointing on",
      "  cp bench train --size 100M --targets q_proj,v_proj --rank 8 --markdown",
      "",
      "JMH measures steps of LoRA on batches of ROWSxTOKENS, each shape in a Java",
      "process of its own, as 'train run' makes them: forward pass, gradients and",
      "optimizer. Without MODEL one with random weights is made in a temporary",
      "folder. What was measured is kept, and 'train check' tells by it how long",
      "a run will take."
    })
public final class BenchTrainCommand extends Command {
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,7})[x×](\\d{1,7})");

  enum Checkpointing {
    BOTH,
    OFF,
    ON
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model's folder, or ORG/NAME of one in the local Hugging Face cache.")
  private @Nullable String model;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "Parameters of the random model: 10M, 100M or 1B; default: 10M.")
  private @Nullable String size;

  @Option(
      names = "--shapes",
      paramLabel = "ROWSxTOKENS",
      split = ",",
      defaultValue = "1x256,4x256,4x512",
      description = "Batches to measure; default: ${DEFAULT-VALUE}.")
  private List<String> shapes = List.of();

  @Option(
      names = "--checkpointing",
      paramLabel = "WHEN",
      description =
          "Whether layers are computed again for their gradients: on, off or both (default).")
  private Checkpointing checkpointing = Checkpointing.BOTH;

  @Option(
      names = "--rank",
      paramLabel = "N",
      defaultValue = "16",
      description = "Rank of the adapter; default: ${DEFAULT-VALUE}.")
  private int rank;

  @Option(
      names = "--targets",
      paramLabel = "NAMES",
      defaultValue = "all-linear",
      description = "Modules that it adapts, with commas between; default: ${DEFAULT-VALUE}.")
  private String targets = "";

  @Mixin private TorchOptions torch = new TorchOptions();

  public BenchTrainCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    List<StepShape> wanted = shapes();
    // Before a model is written for nothing.
    TorchFiles.require(torch.device());
    if (model != null) {
      if (size != null) {
        throw new UsageException("--size is for a random model, not for " + model);
      }
      measure(folder(model), name(model), wanted, out);
      return ExitCode.DONE;
    }
    RandomModel random = RandomModel.of(size == null ? "10M" : size);
    Path temporary = Files.createTempDirectory("computepool-bench-");
    try {
      random.write(temporary);
      measure(temporary, random.label() + " with random weights", wanted, out);
    } finally {
      delete(temporary);
    }
    return ExitCode.DONE;
  }

  private List<StepShape> shapes() throws UsageException {
    List<StepShape> wanted = new ArrayList<>();
    for (String shape : shapes) {
      Matcher matcher = SHAPE.matcher(shape);
      if (!matcher.matches()) {
        throw new UsageException(
            "--shapes: '%s' is no ROWSxTOKENS, such as 4x256".formatted(shape));
      }
      int rows = Integer.parseInt(matcher.group(1));
      int length = Integer.parseInt(matcher.group(2));
      if (checkpointing != Checkpointing.ON) {
        wanted.add(new StepShape(rows, length, false));
      }
      if (checkpointing != Checkpointing.OFF) {
        wanted.add(new StepShape(rows, length, true));
      }
    }
    return wanted;
  }

  private Path folder(String name) throws IOException {
    Path hub = TrainingMachine.hubCache(context().environment());
    return switch (ModelSearch.find(name, context().environment().directory(), hub)) {
      case ModelSearch.Found.Folder(Path folder) -> folder;
      case ModelSearch.Found.Nothing(String why) ->
          throw new NotFoundException(
              "%s %s".formatted(name, why), "without a model one with random weights is measured");
    };
  }

  private static String name(String model) {
    Path last = Path.of(model).toAbsolutePath().normalize().getFileName();
    return last == null ? model : last.toString();
  }

  private void measure(Path folder, String name, List<StepShape> wanted, Output out)
      throws IOException {
    TrainBench.Request request =
        new TrainBench.Request(
            folder,
            name,
            rank,
            targets,
            wanted,
            torch.threads(context()),
            torch.repetitions(),
            torch.device(),
            Version.CURRENT);
    TrainBench.Result result = TrainBench.run(request, Clock.systemUTC(), out.progress());
    BenchTrainReport report = BenchTrainReport.of(model, request, result, torch.isMarkdown());
    out.show(report);
    if (torch.isSaved() && !result.measurements().isEmpty()) {
      MeasurementFolder.save(
          context(),
          out,
          kept -> {
            MeasurementFile.add(kept.resolve(TrainingMachine.MEASUREMENTS), result.measurements());
            MeasurementFolder.writeMarkdown(kept.resolve("train.md"), report.asMarkdown());
          });
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
