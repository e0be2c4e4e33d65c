package dev.computepool.cli.command.convert;

import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import dev.computepool.convert.adapter.Adapter;
import dev.computepool.convert.adapter.AdapterConversion;
import dev.computepool.convert.model.Conversion;
import dev.computepool.convert.model.ModelConversion;
import dev.computepool.convert.model.OutputType;
import dev.computepool.convert.model.SplitRule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp convert`: a Hugging Face directory as a GGUF file.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp convert Qwen2.5-0.5B-Instruct -o qwen.gguf",
      "  cp convert Llama-3.2-1B -o llama-q8.gguf --outtype q8_0",
      "  cp convert my-lora --base Llama-3.2-1B -o my-lora.gguf"
    })
public final class ConvertCommand extends Command {
  @Parameters(
      paramLabel = "DIR",
      description = "A model with config.json and safetensors, or a PEFT adapter.")
  private Path directory = Path.of("");

  @Option(
      names = {"-o", "--output", "--outfile"},
      paramLabel = "OUT.gguf",
      required = true,
      description = "The file to write.")
  private Path output = Path.of("");

  @Option(
      names = "--outtype",
      paramLabel = "TYPE",
      description =
          "Type of most tensors: auto (as in the source, 16 bits), f32, f16, bf16 or q8_0; "
              + "default: auto, of an adapter f32.")
  private @Nullable OutputType type;

  @Option(
      names = "--base",
      paramLabel = "DIR",
      description = "Of an adapter: the model it was trained for; its config.json is enough.")
  private @Nullable Path base;

  @Option(
      names = {"--name", "--model-name"},
      paramLabel = "NAME",
      description = "The model's name; default: from its card, its files or its folder.")
  private @Nullable String name;

  @Option(
      names = "--split-max-size",
      paramLabel = "SIZE",
      description = "Tensor bytes of one file at most; the rest goes on in further files.")
  private @Nullable ByteSize maxSize;

  @Option(
      names = "--split-max-tensors",
      paramLabel = "N",
      description = "Tensors of one file at most.")
  private int maxTensors;

  @Option(
      names = "--no-tensor-first-split",
      description = "The first of several files holds the metadata alone.")
  private boolean emptyFirst;

  @Option(names = "--threads", paramLabel = "N", description = "Threads that convert.")
  private @Nullable Integer threads;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Show what would be written, and write nothing.")
  private boolean dryRun;

  @Option(names = "--force", description = "Replace a file of that name.")
  private boolean force;

  public ConvertCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    try (Conversion conversion = plan()) {
      conversion.plan().notes().forEach(out::warn);
      if (dryRun) {
        conversion.check(output, force);
        out.show(ConvertReport.of(conversion.plan(), conversion.files(output)));
        out.note("dry run: nothing was written");
        return ExitCode.DONE;
      }
      long start = System.nanoTime();
      List<Path> files =
          conversion.write(output, force, context().threads(threads), out.progress());
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      out.show(ConvertReport.of(conversion.plan(), files));
      out.note(
          "wrote %s: %d tensors, %s in %s %s"
              .formatted(
                  files.getFirst(),
                  conversion.plan().tensors().size(),
                  ByteSize.format(conversion.plan().byteSize()),
                  Durations.format(time),
                  Durations.inBrackets(Durations.rate(conversion.plan().byteSize(), time))));
      return ExitCode.DONE;
    }
  }

  private Conversion plan() throws IOException {
    if (Adapter.isAdapter(directory)) {
      if (base == null) {
        throw new UsageException(
            directory + " is an adapter: its base is needed",
            "--base DIR names the folder of the model; its config.json is enough");
      }
      return AdapterConversion.plan(directory, base, type == null ? OutputType.F32 : type, name);
    }
    if (base != null) {
      throw new UsageException(
          "--base is for adapters, and " + directory + " has no adapter_config.json");
    }
    SplitRule split = new SplitRule(maxTensors, maxSize == null ? 0 : maxSize.bytes(), !emptyFirst);
    return ModelConversion.plan(
        directory, new ModelConversion.Options(type == null ? OutputType.AUTO : type, name, split));
  }
}
