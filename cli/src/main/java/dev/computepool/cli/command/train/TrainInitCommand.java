package dev.computepool.cli.command.train;

import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.NotFoundException;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.train.config.NewConfig;
import dev.computepool.train.config.TrainConfigFile;
import dev.computepool.train.preflight.DatasetFacts;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `cp train init`: a configuration to begin with.
@picocli.CommandLine.Command(
    footerHeading = "%nExamples:%n",
    footer = {
      "  cp train init --model Qwen2.5-0.5B --dataset docs.jsonl",
      "  cp train init --model base --dataset docs.jsonl --set lora.rank=32",
      "  cp train init --output next --from output/run-2026-11-21T09-30-00-000Z-x7k2",
      "",
      "Writes computepool.train.yml with an explanation of every key. A file that is",
      "there is never overwritten. With --from it says what that run was made with,",
      "paths absolute. Then 'cp train check' finds what is wrong with it."
    })
public final class TrainInitCommand extends Command {
  /// Where a run may keep what it was made with.
  private static final List<String> FROZEN =
      List.of("config.yml", NewConfig.NAME, "infernet.train.yml");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR|FILE.yml",
      description = "Where to write it; default: computepool.train.yml in this folder.")
  private Path output = Path.of("");

  @Option(
      names = "--from",
      paramLabel = "RUN",
      description = "Take the settings of this run, or of this configuration.")
  private @Nullable Path from;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The model to start from: a folder, or ORG/NAME on Hugging Face.")
  private @Nullable String model;

  @Option(names = "--dataset", paramLabel = "FILE", description = "The examples to learn from.")
  private @Nullable Path dataset;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key as the file would, such as training.epochs=3; repeatable.")
  private final Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--schema",
      description = "Write the JSON Schema beside it, by which editors complete and check it.")
  private boolean schema;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Print the file instead of writing it.")
  private boolean dryRun;

  public TrainInitCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    NewConfig config = from == null ? NewConfig.ofPresets() : NewConfig.of(frozen(from));
    if (model != null) {
      config.baseModel(Files.isDirectory(Path.of(model)) ? relative(Path.of(model)) : model);
    }
    if (dataset != null) {
      config.dataset(relative(dataset), DatasetFacts.format(dataset).orElse(null));
    }
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      config.set(setting.getKey(), setting.getValue());
    }
    if (dryRun) {
      out.show(new Shown(file().toString(), config.text(schema)));
      out.note("dry run: nothing was written");
      return ExitCode.DONE;
    }
    Path file = file();
    try {
      config.write(file, schema);
    } catch (FileAlreadyExistsException e) {
      throw new UsageException(
          e.getFile() + " exists already and is never overwritten", "--output names another place");
    }
    out.show(
        new Written(
            file.toString(),
            schema ? file.resolveSibling(NewConfig.SCHEMA_NAME).toString() : null));
    out.note("next: fill it in, then '%s train check %s'".formatted(context().program(), file));
    return ExitCode.DONE;
  }

  private Path file() {
    return output.toString().matches(".*[.]ya?ml") ? output : output.resolve(NewConfig.NAME);
  }

  private static TrainConfigFile frozen(Path from) throws IOException {
    if (!Files.exists(from)) {
      throw new NoSuchFileException(from.toString());
    }
    if (!Files.isDirectory(from)) {
      return TrainConfigFile.read(from);
    }
    for (String name : FROZEN) {
      if (Files.isRegularFile(from.resolve(name))) {
        return TrainConfigFile.read(from.resolve(name));
      }
    }
    throw new NotFoundException(
        "%s is no run: it has none of %s".formatted(from, String.join(", ", FROZEN)), null);
  }

  /// A path of the command line as the file has it, which is relative to its own folder.
  private String relative(Path path) {
    if (path.isAbsolute()) {
      return path.toString();
    }
    Path base = file().toAbsolutePath().normalize().getParent();
    Path relative = Objects.requireNonNull(base).relativize(path.toAbsolutePath().normalize());
    return relative.startsWith("..") ? relative.toString() : "./" + relative;
  }

  /// What would be written.
  private record Shown(String path, String text) implements Report {
    @Override
    public void print(Text out) {
      out.raw(text.stripTrailing());
    }
  }

  /// What was written.
  private record Written(String path, @Nullable String schemaPath) implements Report {
    @Override
    public void print(Text out) {
      out.line("wrote " + path);
      if (schemaPath != null) {
        out.line("wrote " + schemaPath);
      }
    }
  }
}
