package dev.computepool.cli.command.gguf;

import dev.computepool.base.ByteSize;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.convert.sample.SampleDirectory;
import dev.computepool.gguf.GgmlType;
import dev.computepool.gguf.sample.Architecture;
import dev.computepool.gguf.sample.SampleModel;
import dev.computepool.gguf.sample.SampleSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cp gguf sample`: a model with random weights.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp gguf sample tiny.gguf",
      "  cp gguf sample big.gguf --arch qwen2 --type q8_0 --size 2GB",
      "  cp gguf sample tiny-llama --hugging-face",
      "  cp gguf sample small-llama --hugging-face --size 8MiB    # to try training on",
      "",
      "The same options give the same bytes. llama.cpp loads such a model, tokenizes",
      "with its small vocabulary and decodes; what it says makes no sense."
    })
public final class GgufSampleCommand extends Command {
  enum WeightType {
    F32,
    F16,
    BF16,
    Q8_0
  }

  @Parameters(paramLabel = "OUT.gguf", description = "The file to write, or the folder.")
  private Path target = Path.of("");

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      description = "Architecture: llama (default), qwen2, gemma2, phi3 or gpt2.")
  private Architecture architecture = Architecture.LLAMA;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Type of the matrices: f32, f16 (default), bf16 or q8_0.")
  private WeightType type = WeightType.F16;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "At most this large, and hardly smaller; default: about 1 MiB.")
  private @Nullable ByteSize size;

  @Option(names = "--tied", description = "The output uses the matrix of the embedding.")
  private boolean tied;

  @Option(names = "--rope-factors", description = "With factors for the rotary frequencies.")
  private boolean ropeFactors;

  @Option(names = "--name", paramLabel = "NAME", description = "What general.name says.")
  private @Nullable String name;

  @Option(names = "--seed", paramLabel = "N", description = "Another seed gives other weights.")
  private long seed = 1;

  @Option(
      names = "--hugging-face",
      description =
          "Write a folder as hubs publish models, to try 'convert' and 'train run' on: a Llama in"
              + " bf16, tiny unless there is a --size.")
  private boolean huggingFace;

  @Option(names = "--force", description = "Replace the file if it exists.")
  private boolean force;

  public GgufSampleCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    return huggingFace ? directory(out) : file(out);
  }

  private ExitCode directory(Output out) throws IOException {
    boolean llama = architecture == Architecture.LLAMA && name == null;
    if (!llama || tied || ropeFactors || type != WeightType.F16) {
      throw new UsageException(
          "--hugging-face goes with no other option but --size, --seed and --force");
    }
    SampleSpec spec =
        size == null ? SampleDirectory.tiny(seed) : SampleDirectory.ofBytes(size, seed);
    SampleDirectory.write(target, spec, force);
    out.show(new Directory(target.toString(), spec.size().layers(), seed));
    return ExitCode.DONE;
  }

  private record Directory(String path, int layers, long seed) implements Report {
    @Override
    public void print(Text out) {
      out.line(
          "%s: a Llama with %d layers in bf16, its configuration and tokenizer"
              .formatted(path, layers));
    }
  }

  private ExitCode file(Output out) throws IOException {
    SampleSpec.Builder builder =
        SampleSpec.tiny(architecture)
            .weights(GgmlType.valueOf(type.name()))
            .tied(tied || architecture.isUsuallyTied())
            .ropeFactors(ropeFactors)
            .seed(seed);
    if (name != null) {
      builder.name(name);
    }
    SampleSpec spec = size == null ? builder.build() : builder.ofBytes(size);
    SampleModel.write(spec, target, force, out.progress());
    out.show(
        new Made(
            target.toString(),
            Files.size(target),
            architecture.ggufName(),
            type.name().toLowerCase(Locale.ROOT),
            spec.size().layers(),
            seed));
    return ExitCode.DONE;
  }

  private record Made(
      String path, long fileBytes, String architecture, String type, int layers, long seed)
      implements Report {
    @Override
    public void print(Text out) {
      out.line(
          "%s: %s, %s with %d layers in %s"
              .formatted(path, ByteSize.format(fileBytes), architecture, layers, type));
    }
  }
}
