package dev.computepool.cli.command.quantize;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.LlamaOptions;
import dev.computepool.cli.option.FileTypeConverter;
import dev.computepool.cli.output.Output;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.split.SplitName;
import dev.computepool.llama.FileType;
import dev.computepool.llama.MetadataOverride;
import dev.computepool.llama.QuantizeSettings;
import dev.computepool.llama.QuantizeSettings.TensorRule;
import dev.computepool.llama.quantize.QuantizePlan;
import dev.computepool.llama.quantize.QuantizeRequest;
import dev.computepool.llama.quantize.Quantizer;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp quantize`: a smaller model of the same weights.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp quantize Model-F16.gguf --type q4_k_m          # writes Model-Q4_K_M.gguf",
      "  cp quantize Model-F16.gguf --type iq2_m --imatrix Model.imatrix.gguf",
      "  cp quantize Model-F16.gguf --type q4_k_m --dry-run"
    })
public final class QuantizeCommand extends Command {
  @Parameters(index = "0", paramLabel = "IN.gguf", description = "The model, best in 16 or 32 bit.")
  private Path input = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "OUT.gguf",
      description = "The result; default: beside the model, named after the type.")
  private @Nullable Path output;

  @Option(
      names = "--type",
      required = true,
      paramLabel = "TYPE",
      converter = FileTypeConverter.class,
      completionCandidates = FileTypeConverter.class,
      description = "What most tensors become, such as q4_k_m, q8_0 or bf16.")
  private FileType type = FileType.COPY;

  @Option(
      names = "--imatrix",
      paramLabel = "FILE",
      description = "Importance matrix of 'cp imatrix' or llama-imatrix, .gguf or .dat.")
  private @Nullable Path matrix;

  @Option(
      names = "--output-tensor-type",
      paramLabel = "TYPE",
      converter = Converters.TensorType.class,
      description = "What output.weight becomes.")
  private @Nullable GgmlType outputType;

  @Option(
      names = "--token-embedding-type",
      paramLabel = "TYPE",
      converter = Converters.TensorType.class,
      description = "What the token embeddings become.")
  private @Nullable GgmlType embeddingType;

  @Option(
      names = "--tensor-type",
      paramLabel = "PATTERN=TYPE",
      converter = Converters.Rule.class,
      description = "What tensors become whose name the pattern is found in; repeatable.")
  private List<TensorRule> tensorTypes = new ArrayList<>();

  @Option(
      names = "--override-kv",
      paramLabel = "KEY=TYPE:VALUE",
      converter = Converters.Metadata.class,
      description = "Metadata of the result; TYPE is int, float, bool or str; repeatable.")
  private List<MetadataOverride> overrides = new ArrayList<>();

  @Option(
      names = "--prune-layers",
      split = ",",
      paramLabel = "LAYER",
      description = "Layers that are left out.")
  private List<Integer> prunedLayers = new ArrayList<>();

  @Option(names = "--pure", description = "One type for all tensors instead of the type's mixture.")
  private boolean pure;

  @Option(
      names = "--allow-requantize",
      description = "Quantize also what is quantized already, which loses more.")
  private boolean allowRequantize;

  @Option(names = "--leave-output-tensor", description = "Leave output.weight as it is.")
  private boolean leaveOutput;

  @Option(names = "--keep-split", description = "Write as many files as the model has.")
  private boolean keepSplit;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Only show what each tensor becomes and how large the result is.")
  private boolean dryRun;

  @Option(names = "--force", description = "Replace the result if it is there already.")
  private boolean force;

  @Mixin private LlamaOptions llama = new LlamaOptions();

  public QuantizeCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    try (LlamaWorker worker = llama.start(context())) {
      QuantizePlan plan = Quantizer.plan(worker, request(), out.progress());
      plan.warnings().forEach(out::warn);
      if (dryRun) {
        out.show(QuantizePlanReport.of(plan, out.options().verbosity() > 0));
        out.note("dry run: nothing was written");
      } else {
        out.show(QuantizeReport.of(plan, Quantizer.run(worker, plan, out.progress())));
      }
    }
    return ExitCode.DONE;
  }

  private QuantizeRequest request() throws IOException {
    return new QuantizeRequest(
        input,
        output == null ? QuantizeRequest.outputFor(SplitName.wholeOf(input), type) : output,
        new QuantizeSettings(
            type,
            llama.threads(context()),
            outputType,
            embeddingType,
            tensorTypes,
            overrides,
            prunedLayers,
            allowRequantize,
            leaveOutput,
            pure,
            keepSplit),
        matrix,
        force);
  }
}
