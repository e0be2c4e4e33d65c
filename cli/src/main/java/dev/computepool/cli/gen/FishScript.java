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

/// Completion for fish: one `complete` an option, under the condition that its command is called.
final class FishScript {
  private FishScript() {}

  static String of(CommandTree program) {
    return Template.read("fish")
        .replace("@COMMANDS@\n", commands(program))
        .replace("@GLOBAL_VALUED@", String.join(" ", valued(program.globalOptions())))
        .replace("@VALUED@\n", valuedOfCommands(program))
        .replace("@VALUES@\n", values(program))
        .replace("@ROOT_NAMES@", names(program.options()))
        .replace("@COMPLETIONS@\n", completions(program));
  }

  private static String names(List<Option> options) {
    return options.stream().flatMap(o -> o.names().stream()).collect(Collectors.joining(" "));
  }

  private static List<String> valued(List<Option> options) {
    return options.stream().filter(Option::takesValue).flatMap(o -> o.names().stream()).toList();
  }

  private static String commands(CommandTree program) {
    return program.all().stream()
        .filter(command -> !command.leaf())
        .map(c -> printing(c.words(), c.children().stream().map(CommandTree::name).toList()))
        .collect(Collectors.joining());
  }

  private static String valuedOfCommands(CommandTree program) {
    return program.all().stream()
        .filter(command -> !valued(command.options()).isEmpty())
        .map(command -> printing(command.words(), valued(command.options())))
        .collect(Collectors.joining());
  }

  private static String printing(String pattern, List<String> words) {
    return printing(pattern, "string split ' ' -- " + quoted(String.join(" ", words)));
  }

  private static String printing(String pattern, String command) {
    return "        case %s\n            %s\n".formatted(quoted(pattern), command);
  }

  /// A case for each argument, those that repeat after all that do not.
  private static String values(CommandTree program) {
    List<String> fixed = new ArrayList<>();
    List<String> repeated = new ArrayList<>();
    for (CommandTree command : program.all()) {
      boolean repeats = command.arguments().stream().anyMatch(Argument::repeatable);
      int place = 0;
      for (Argument argument : command.arguments()) {
        place++;
        String printer = printer(argument.values(), program.topics());
        if (argument.repeatable()) {
          repeated.add(printing(command.words() + " *", printer));
        } else if (repeats || !printer.isEmpty()) {
          fixed.add(printing(command.words() + " " + place, printer));
        }
      }
    }
    return String.join("", fixed) + String.join("", repeated);
  }

  /// What prints the values, one a line; empty where nobody knows them.
  private static String printer(Values values, List<String> topics) {
    return switch (values) {
      case Words(List<String> words) -> "string split ' ' -- " + quoted(String.join(" ", words));
      case Commands _ ->
          "__computepool_commands $__computepool_arguments\n"
              + "            test $place = 1; and string split ' ' -- "
              + quoted(String.join(" ", topics));
      case Files(List<String> suffixes) ->
          ("__computepool_files " + String.join(" ", suffixes)).strip();
      case Folders _ -> "__computepool_files /";
      case Anything _ -> "";
    };
  }

  private static String completions(CommandTree program) {
    StringBuilder lines = new StringBuilder();
    for (CommandTree command : program.all()) {
      String at = quoted(("__computepool_at " + command.words()).strip());
      for (CommandTree child : command.children()) {
        lines.append(
            "    complete -c $program -n %s -a %s -d %s\n"
                .formatted(at, child.name(), quoted(child.summary())));
      }
      command.options().forEach(o -> lines.append(option(at, o)));
    }
    program.globalOptions().forEach(o -> lines.append(option("__computepool_at_leaf", o)));
    lines.append("    complete -c $program -n __computepool_at_leaf -a '(__computepool_values)'\n");
    return lines.toString();
  }

  private static String option(String condition, Option option) {
    String names =
        option.names().stream()
            .map(name -> name.startsWith("--") ? "-l " + name.substring(2) : shortName(name))
            .collect(Collectors.joining(" "));
    return "    complete -c $program -n %s %s%s -d %s\n"
        .formatted(condition, names, value(option), quoted(option.summary()));
  }

  private static String shortName(String name) {
    return (name.length() == 2 ? "-s " : "-o ") + name.substring(1);
  }

  private static String value(Option option) {
    if (!option.takesValue()) {
      return "";
    }
    // A value that may be left out must follow a "=".
    String required = option.optionalValue() ? " -f" : " -x";
    return switch (option.values()) {
      case Words(List<String> words) -> required + " -a " + quoted(String.join(" ", words));
      case Files(List<String> suffixes) when suffixes.isEmpty() -> " -r -F";
      case Files _, Folders _ -> " -x -a '(" + printer(option.values(), List.of()) + ")'";
      case Commands _, Anything _ -> required;
    };
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
