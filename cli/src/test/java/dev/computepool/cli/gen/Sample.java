package dev.computepool.cli.gen;

import dev.computepool.cli.option.GlobalOptions;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A program with one of everything that can be completed.
final class Sample {
  private Sample() {}

  enum Kind {
    Q4_K,
    F16
  }

  @Command(
      description = "Cut a [model] in two: it's \\quick\\. More is said here.",
      footerHeading = "%nExamples:%n",
      footer = {"  cp shard split Model.gguf -o shards", "    --size 50% # half"})
  static final class Split {
    @Parameters(index = "0", paramLabel = "MODEL.gguf", description = "The model to cut.")
    Path model = Path.of("");

    @Option(
        names = {"-o", "--output"},
        paramLabel = "DIR",
        description = "Where to write.")
    Path output = Path.of("");

    @Option(names = "--kind", paramLabel = "KIND", description = "What to write.")
    Kind kind = Kind.F16;

    @Option(names = "--messages", paramLabel = "FILE.json|FILE.jsonl", description = "Texts.")
    Path messages = Path.of("");

    @Option(names = "--log", paramLabel = "FILE", description = "Any file.")
    Path log = Path.of("");

    @Option(names = "--id", paramLabel = "ID", required = true, description = "Nobody knows.")
    String id = "";

    @Option(names = "--each", paramLabel = "N", description = "Again and again.")
    List<Integer> each = List.of();

    @Option(names = "--secret", hidden = true)
    boolean secret;

    @Under(OptionHeading.COMPUTING)
    @Option(names = "--link", negatable = true, description = "Link it, do not copy.")
    boolean link;
  }

  @Command(description = "Look at many.")
  static final class Serve {
    @Parameters(index = "0", paramLabel = "NAME", description = "What to call them.")
    String name = "";

    @Parameters(index = "1..*", paramLabel = "DIR...", description = "Where they are.")
    List<Path> folders = List.of();
  }

  @Command(description = "Explain a command.")
  static final class Help {
    static final class Topics implements Iterable<String> {
      @Override
      public java.util.Iterator<String> iterator() {
        return List.of("exit-codes", "shard").iterator();
      }
    }

    @Parameters(
        arity = "0..2",
        paramLabel = "COMMAND",
        completionCandidates = Topics.class,
        description = "A command or a topic.")
    List<String> words = List.of();
  }

  static CommandTree tree() {
    CommandSpec root = CommandSpec.create().name("computepool");
    root.usageMessage().description("Does it all.");
    root.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show help.").build());
    CommandSpec shard = CommandSpec.create().name("shard");
    shard.usageMessage().description("Cut models.");
    shard.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show help.").build());
    shard.addSubcommand("split", leaf(new Split()));
    shard.addSubcommand("serve", leaf(new Serve()));
    root.addSubcommand("shard", shard);
    root.addSubcommand("help", leaf(new Help()));
    return CommandTree.of(new CommandLine(root), List.of());
  }

  private static CommandSpec leaf(Object command) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(command);
    new GlobalOptions().addTo(spec);
    return spec;
  }

  static CommandTree command(String... path) {
    return tree().all().stream()
        .filter(c -> c.path().equals(List.of(path)))
        .findFirst()
        .orElseThrow();
  }
}
