package dev.computepool.cli;

import dev.computepool.cli.command.HelpCommand;
import dev.computepool.cli.command.QuickstartCommand;
import dev.computepool.cli.command.bench.BenchGpuCommand;
import dev.computepool.cli.command.bench.BenchHashCommand;
import dev.computepool.cli.command.bench.BenchModelCommand;
import dev.computepool.cli.command.bench.BenchPerplexityCommand;
import dev.computepool.cli.command.bench.BenchTrainCommand;
import dev.computepool.cli.command.config.CompletionCommand;
import dev.computepool.cli.command.config.ConfigGetCommand;
import dev.computepool.cli.command.config.ConfigListCommand;
import dev.computepool.cli.command.config.ConfigSetCommand;
import dev.computepool.cli.command.convert.ConvertCommand;
import dev.computepool.cli.command.doctor.DoctorCommand;
import dev.computepool.cli.command.gguf.GgufCheckCommand;
import dev.computepool.cli.command.gguf.GgufDiffCommand;
import dev.computepool.cli.command.gguf.GgufGetCommand;
import dev.computepool.cli.command.gguf.GgufInfoCommand;
import dev.computepool.cli.command.gguf.GgufMergeCommand;
import dev.computepool.cli.command.gguf.GgufSampleCommand;
import dev.computepool.cli.command.gguf.GgufSetCommand;
import dev.computepool.cli.command.gguf.GgufSplitCommand;
import dev.computepool.cli.command.gguf.GgufTemplateCommand;
import dev.computepool.cli.command.gguf.GgufTensorsCommand;
import dev.computepool.cli.command.imatrix.ImatrixCommand;
import dev.computepool.cli.command.inspect.InspectCommand;
import dev.computepool.cli.command.models.ModelsDownloadCommand;
import dev.computepool.cli.command.publish.PublishCommand;
import dev.computepool.cli.command.quantize.QuantizeCommand;
import dev.computepool.cli.command.shard.ShardInfoCommand;
import dev.computepool.cli.command.shard.ShardJoinCommand;
import dev.computepool.cli.command.shard.ShardSplitCommand;
import dev.computepool.cli.command.shard.ShardVerifyCommand;
import dev.computepool.cli.command.train.TrainCheckCommand;
import dev.computepool.cli.command.train.TrainDataCommand;
import dev.computepool.cli.command.train.TrainExtractCommand;
import dev.computepool.cli.command.train.TrainFormatCommand;
import dev.computepool.cli.command.train.TrainInitCommand;
import dev.computepool.cli.command.train.TrainListCommand;
import dev.computepool.cli.command.train.TrainLogsCommand;
import dev.computepool.cli.command.train.TrainMergeCommand;
import dev.computepool.cli.command.train.TrainReportCommand;
import dev.computepool.cli.command.train.TrainResumeCommand;
import dev.computepool.cli.command.train.TrainRunCommand;
import dev.computepool.cli.command.train.TrainStatusCommand;
import dev.computepool.cli.command.train.TrainStopCommand;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

/// Every command there is, with its one-line description, and how to make it when it is called.
///
/// The classes of commands are loaded only when {@link Leaf#create} runs: calling one command
/// must not cost the start-up of all.
public final class CommandCatalog {
  private CommandCatalog() {}

  /// A word of the command line.
  public sealed interface Entry {
    String name();

    String description();
  }

  /// A word that is followed by another, such as `shard`.
  public record Group(String name, String description, List<Leaf> leaves) implements Entry {
    Optional<Leaf> leaf(String word) {
      return leaves.stream().filter(l -> l.name().equals(word)).findFirst();
    }
  }

  /// A word that does something.
  ///
  /// @param create a lambda and no reference to a constructor, which would be loaded with it; and
  ///     it makes an interface, since to prove that something is a {@link Command} the verifier
  ///     would load it
  public record Leaf(String name, String description, Function<Context, Callable<Integer>> create)
      implements Entry {}

  /// Entries under one heading of the program's help.
  public record Section(String heading, List<Entry> entries) {}

  /// All of them, in the order of the help.
  public static List<Section> sections() {
    return List.of(
        new Section("Start here", List.of(quickstart(), help())),
        new Section(
            "Models on disk",
            List.of(shard(), gguf(), inspect(), convert(), quantize(), imatrix())),
        new Section("Training", List.of(train())),
        new Section("Publishing", List.of(models(), publish())),
        new Section("This machine", List.of(bench(), doctor())),
        new Section("This program", List.of(config(), completion())));
  }

  /// All entries, without their headings.
  public static List<Entry> entries() {
    return sections().stream().flatMap(s -> s.entries().stream()).toList();
  }

  private static Leaf quickstart() {
    return new Leaf(
        "quickstart",
        "Take a tour of the pipeline on a tiny model, offline.",
        context -> new QuickstartCommand(context));
  }

  private static Leaf help() {
    return new Leaf(
        "help",
        "Explain a command, the exit codes, or the settings.",
        context -> new HelpCommand(context));
  }

  private static Group shard() {
    return new Group(
        "shard",
        "Split a GGUF model into verified shards, and join them again.",
        List.of(
            new Leaf(
                "split",
                "Split a GGUF model into layer-aligned, hashed shards.",
                context -> new ShardSplitCommand(context)),
            new Leaf(
                "info",
                "Show shards, their layers and hashes, and which are here.",
                context -> new ShardInfoCommand(context)),
            new Leaf(
                "verify",
                "Hash shards again and name what is damaged.",
                context -> new ShardVerifyCommand(context)),
            new Leaf(
                "join",
                "Rebuild the original model from its shards, bit for bit.",
                context -> new ShardJoinCommand(context))));
  }

  private static Group gguf() {
    return new Group(
        "gguf",
        "Look into, change, compare, check, split and merge GGUF files.",
        List.of(
            new Leaf(
                "info",
                "Show what a GGUF file says about itself.",
                context -> new GgufInfoCommand(context)),
            new Leaf(
                "tensors",
                "List the tensors of a GGUF file.",
                context -> new GgufTensorsCommand(context)),
            new Leaf(
                "get",
                "Print one metadata value of a GGUF file.",
                context -> new GgufGetCommand(context)),
            new Leaf(
                "set", "Change metadata of a GGUF file.", context -> new GgufSetCommand(context)),
            new Leaf(
                "diff",
                "Compare two GGUF files key by key and tensor by tensor.",
                context -> new GgufDiffCommand(context)),
            new Leaf(
                "check",
                "Find what is wrong with a GGUF model.",
                context -> new GgufCheckCommand(context)),
            new Leaf(
                "template",
                "Show a chat template, or the text it makes of a conversation.",
                context -> new GgufTemplateCommand(context)),
            new Leaf(
                "split",
                "Split a GGUF file into a set that llama.cpp loads.",
                context -> new GgufSplitCommand(context)),
            new Leaf(
                "merge",
                "Merge a set that llama.cpp loads into one GGUF file.",
                context -> new GgufMergeCommand(context)),
            new Leaf(
                "sample",
                "Make a model with random weights, to try things on.",
                context -> new GgufSampleCommand(context))));
  }

  private static Leaf inspect() {
    return new Leaf(
        "inspect",
        "Say what a file or folder is, and show what is in it.",
        context -> new InspectCommand(context));
  }

  private static Leaf convert() {
    return new Leaf(
        "convert",
        "Convert a Hugging Face model or adapter to GGUF.",
        context -> new ConvertCommand(context));
  }

  private static Group train() {
    return new Group(
        "train",
        "Make datasets, train models on them, and look after runs.",
        List.of(
            new Leaf(
                "data",
                "Make a dataset of pages from the web, a folder or a repository.",
                context -> new TrainDataCommand(context)),
            new Leaf(
                "extract",
                "Show the main content of web pages as Markdown.",
                context -> new TrainExtractCommand(context)),
            new Leaf(
                "check",
                "Find every problem of a configuration or a dataset.",
                context -> new TrainCheckCommand(context)),
            new Leaf(
                "format",
                "Write a dataset in another format.",
                context -> new TrainFormatCommand(context)),
            new Leaf(
                "init",
                "Write a configuration to begin with, every key explained.",
                context -> new TrainInitCommand(context)),
            new Leaf(
                "run",
                "Train a model on examples: LoRA adapters, or all of a small model.",
                context -> new TrainRunCommand(context)),
            new Leaf(
                "status",
                "Show how a run is, and how its loss went.",
                context -> new TrainStatusCommand(context)),
            new Leaf(
                "logs",
                "Print what a run said, its metrics or its events.",
                context -> new TrainLogsCommand(context)),
            new Leaf(
                "stop",
                "Ask a run to save itself and stop.",
                context -> new TrainStopCommand(context)),
            new Leaf(
                "resume",
                "Go on with a run that was stopped, killed or failed.",
                context -> new TrainResumeCommand(context)),
            new Leaf(
                "list",
                "List the runs in a folder and how they are.",
                context -> new TrainListCommand(context)),
            new Leaf(
                "report",
                "Write a run as one page of HTML, with plots.",
                context -> new TrainReportCommand(context)),
            new Leaf(
                "merge",
                "Merge a LoRA adapter into the model it is for.",
                context -> new TrainMergeCommand(context))));
  }

  private static Leaf publish() {
    return new Leaf(
        "publish",
        "Merge, convert, quantize and publish a model, step by step.",
        context -> new PublishCommand(context));
  }

  private static Group models() {
    return new Group(
        "models",
        "Bring models from Hugging Face.",
        List.of(
            new Leaf(
                "download",
                "Download files of a repository, verified and resumable.",
                context -> new ModelsDownloadCommand(context))));
  }

  private static Leaf completion() {
    return new Leaf(
        "completion",
        "Print the script that completes our commands in a shell.",
        context -> new CompletionCommand(context));
  }

  private static Leaf quantize() {
    return new Leaf("quantize", "Make a model smaller.", context -> new QuantizeCommand(context));
  }

  private static Leaf imatrix() {
    return new Leaf(
        "imatrix",
        "Measure which weights matter for a text.",
        context -> new ImatrixCommand(context));
  }

  private static Group bench() {
    return new Group(
        "bench",
        "Measure what this machine can do.",
        List.of(
            new Leaf(
                "hash",
                "Measure how fast files are hashed.",
                context -> new BenchHashCommand(context)),
            new Leaf(
                "gpu",
                "Measure what the GPU, or the CPU in its place, computes and moves.",
                context -> new BenchGpuCommand(context)),
            new Leaf(
                "train",
                "Measure how fast a model learns, by the shape of its batches.",
                context -> new BenchTrainCommand(context)),
            new Leaf(
                "model",
                "Measure prompt processing and generation.",
                context -> new BenchModelCommand(context)),
            new Leaf(
                "perplexity",
                "Measure how well a model predicts a text.",
                context -> new BenchPerplexityCommand(context))));
  }

  private static Leaf doctor() {
    return new Leaf(
        "doctor",
        "Check what works here, and what to do if not.",
        context -> new DoctorCommand(context));
  }

  private static Group config() {
    return new Group(
        "config",
        "Show and change settings.",
        List.of(
            new Leaf(
                "list",
                "Show every setting and where it came from.",
                context -> new ConfigListCommand(context)),
            new Leaf("get", "Print one setting.", context -> new ConfigGetCommand(context)),
            new Leaf(
                "set", "Write one setting to a file.", context -> new ConfigSetCommand(context))));
  }
}
