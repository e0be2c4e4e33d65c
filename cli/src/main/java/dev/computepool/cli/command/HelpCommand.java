package dev.computepool.cli.command;

import dev.computepool.cli.Cli;
import dev.computepool.cli.Command;
import dev.computepool.cli.Context;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.config.OtherVariable;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Table;
import dev.computepool.cli.output.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Parameters;

/// `cp help`: a command's help, or one of the topics that belong to no command.
@picocli.CommandLine.Command(
    footerHeading = "%nTopics:%n",
    footer = {
      "  exit-codes  what the program ends with, for scripts",
      "  config      every setting, its variable and its default"
    })
public final class HelpCommand extends Command {
  @Parameters(
      arity = "0..2",
      paramLabel = "COMMAND|TOPIC",
      completionCandidates = Topics.class,
      description = "A command, such as 'shard split', or a topic.")
  private List<String> words = new ArrayList<>();

  public HelpCommand(Context context) {
    super(context);
  }

  @Override
  protected ExitCode run(Output out) throws IOException {
    switch (String.join(" ", words)) {
      case "exit-codes" -> out.show(ExitCodes.all());
      case "config" -> out.show(Settings.all());
      default -> out.show(new Explained(words, Cli.help(context(), words)));
    }
    return ExitCode.DONE;
  }

  /// What belongs to no command.
  static final class Topics implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("exit-codes", "config").iterator();
    }
  }

  /// The help of a command.
  private record Explained(List<String> command, String help) implements Report {
    @Override
    public void print(Text out) {
      out.raw(help.stripTrailing());
    }
  }

  private record ExitCodes(List<Code> exitCodes) implements Report {
    record Code(int code, String meaning) {}

    static ExitCodes all() {
      return new ExitCodes(
          Arrays.stream(ExitCode.values()).map(c -> new Code(c.code(), c.meaning())).toList());
    }

    @Override
    public void print(Text out) {
      Table table = new Table().right("code").left("meaning");
      exitCodes.forEach(c -> table.row(Integer.toString(c.code()), c.meaning()));
      out.table(table);
      out.blank();
      out.line(
          "Of several problems the smallest code above 1 counts. A closed pipe is no failure.");
    }
  }

  /// Every setting, and the variables that no setting belongs to.
  private record Settings(List<Setting> settings, List<Variable> variables) implements Report {
    record Setting(String key, String variable, String standard, String description) {}

    record Variable(String name, String description) {}

    static Settings all() {
      return new Settings(
          Arrays.stream(ConfigKey.values())
              .map(k -> new Setting(k.key(), k.variable(), k.defaultValue(), k.description()))
              .toList(),
          Arrays.stream(OtherVariable.values())
              .map(v -> new Variable(v.name(), v.meaning()))
              .toList());
    }

    @Override
    public void print(Text out) {
      Table table = new Table().left("setting").left("variable").left("default").left("meaning");
      settings.forEach(s -> table.row(s.key(), s.variable(), s.standard(), s.description()));
      out.table(table);
      out.blank();
      out.line("A flag goes before its variable, that before ./computepool.yml, that before");
      out.line("$XDG_CONFIG_HOME/computepool/config.yml (or ~/.config), that before the default.");
      out.blank();
      out.line("Also honoured:");
      Table others = new Table().indent("  ").left("").left("");
      variables.forEach(v -> others.row(v.name(), v.description()));
      out.table(others);
    }
  }
}
