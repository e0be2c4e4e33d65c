package dev.computepool.cli.gen;

import dev.computepool.cli.gen.CommandTree.Argument;
import dev.computepool.cli.gen.CommandTree.Option;
import dev.computepool.cli.gen.Values.Anything;
import dev.computepool.cli.gen.Values.Commands;
import dev.computepool.cli.gen.Values.Files;
import dev.computepool.cli.gen.Values.Folders;
import dev.computepool.cli.gen.Values.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Completion for zsh: one function a command, which hands `_arguments` what it takes.
final class ZshScript {
  private ZshScript() {}

  static String of(CommandTree program) {
    String rootNames =
        program.options().stream()
            .flatMap(o -> o.names().stream())
            .collect(Collectors.joining("|"));
    return Template.read("zsh")
        .replace("@ROOT_NAMES@", rootNames)
        .replace("@ROOT@", continued(options(program.options()), 8).stripTrailing())
        .replace("@GLOBAL@\n", continued(options(program.globalOptions()), 4))
        .replace("@TOPICS@", String.join(" ", program.topics()))
        .replace("@COMMANDS@\n", functions(program));
  }

  private static String functions(CommandTree program) {
    return program.all().stream().map(ZshScript::function).collect(Collectors.joining("\n"));
  }

  private static String function(CommandTree command) {
    String name = functionName(command);
    if (command.leaf()) {
      List<String> specs = new ArrayList<>();
      if (command.options().stream().allMatch(ZshScript::stacks)) {
        specs.add("-s");
      }
      specs.addAll(options(command.options()));
      int place = 0;
      for (Argument argument : command.arguments()) {
        place++;
        specs.add(argument(argument, place));
      }
      return "%s() {\n  __computepool_leaf \\\n%s}\n".formatted(name, continued(specs, 4));
    }
    String list =
        command.children().stream()
            .map(c -> "  " + quoted(c.name() + ":" + c.summary().replace("\\", "\\\\")) + "\n")
            .collect(Collectors.joining());
    String commands = "typeset -ga %s_commands=(\n%s)\n".formatted(name, list);
    return command.path().isEmpty()
        ? commands
        : commands + "%s() {\n  __computepool_group %<s $%<s_commands\n}\n".formatted(name);
  }

  /// Whether its short names are single letters, so that several can stand behind one dash.
  private static boolean stacks(Option option) {
    return option.names().stream().allMatch(n -> n.startsWith("--") || n.length() == 2);
  }

  private static String functionName(CommandTree command) {
    List<String> words = new ArrayList<>(List.of("_" + CommandTree.PROGRAM));
    words.addAll(command.path());
    return String.join("_", words).replace('-', '_');
  }

  /// One specification a line, as further arguments of the command before.
  private static String continued(List<String> specs, int indent) {
    return specs.stream()
            .map(spec -> " ".repeat(indent) + spec)
            .collect(Collectors.joining(" \\\n"))
        + "\n";
  }

  private static List<String> options(List<Option> options) {
    return options.stream().map(ZshScript::option).toList();
  }

  private static String option(Option option) {
    String what = "[" + option.summary().replaceAll("[\\[\\]\\\\]", "\\\\$0") + "]" + value(option);
    List<String> names =
        option.names().stream().map(name -> name + assignment(option, name)).toList();
    String others =
        option.names().contains("--help")
            ? "(- *)"
            : option.repeatable()
                ? "*"
                : names.size() == 1 ? "" : "(" + String.join(" ", option.names()) + ")";
    return names.size() == 1
        ? quoted(others + names.getFirst() + what)
        : quoted(others) + "{" + String.join(",", names) + "}" + quoted(what);
  }

  private static String assignment(Option option, String name) {
    if (!option.takesValue()) {
      return "";
    }
    String together = option.optionalValue() ? "-" : "";
    return name.startsWith("--") ? "=" + together : option.optionalValue() ? "-" : "+";
  }

  private static String value(Option option) {
    if (option.label() == null) {
      return "";
    }
    return (option.optionalValue() ? "::" : ":") + action(option.label(), option.values());
  }

  private static String argument(Argument argument, int place) {
    String at = argument.repeatable() ? "*:" : place + (argument.required() ? ":" : "::");
    return quoted(at + action(argument.label(), argument.values()));
  }

  private static String action(String label, Values values) {
    return label.replace(":", "\\:")
        + ":"
        + switch (values) {
          case Words(List<String> words) -> "(" + String.join(" ", words) + ")";
          case Files(List<String> suffixes) when suffixes.isEmpty() -> "_files";
          case Files(List<String> suffixes) ->
              "_files -g \"(#i)*.(%s)(-.)\"".formatted(String.join("|", suffixes));
          case Folders _ -> "_files -/";
          case Commands _ -> " __computepool_help";
          case Anything _ -> " ";
        };
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
