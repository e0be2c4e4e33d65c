package dev.computepool.cli.gen;

import dev.computepool.cli.gen.CommandTree.Argument;
import dev.computepool.cli.gen.CommandTree.Option;
import dev.computepool.cli.gen.Values.Anything;
import dev.computepool.cli.gen.Values.Commands;
import dev.computepool.cli.gen.Values.Files;
import dev.computepool.cli.gen.Values.Folders;
import dev.computepool.cli.gen.Values.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Completion for bash: two tables of what the command line has, and one reader of them.
final class BashScript {
  private static final int WIDTH = 90;

  private BashScript() {}

  static String of(CommandTree program) {
    return Template.read("bash")
        .replace("@GLOBAL_FLAGS@", names(flags(program.globalOptions())))
        .replace("@GLOBAL_VALUED@", names(valued(program.globalOptions())))
        .replace("@COMMANDS@\n", commands(program))
        .replace("@VALUES@\n", values(program))
        .replace("@TOPICS@", String.join(" ", program.topics()));
  }

  private static List<Option> flags(List<Option> options) {
    return options.stream().filter(o -> !o.takesValue()).toList();
  }

  private static List<Option> valued(List<Option> options) {
    return options.stream().filter(Option::takesValue).toList();
  }

  private static String names(List<Option> options) {
    return options.stream().flatMap(o -> o.names().stream()).collect(Collectors.joining(" "));
  }

  /// One line a command: the commands below it, or its own options.
  private static String commands(CommandTree program) {
    StringBuilder lines = new StringBuilder();
    for (CommandTree command : program.all()) {
      lines.append("    ").append(quoted(command.words())).append(")");
      if (command.leaf()) {
        append(lines, "flags+=", " ", names(flags(command.options())));
        append(lines, "valued+=", " ", names(valued(command.options())));
      } else {
        String words =
            command.children().stream().map(CommandTree::name).collect(Collectors.joining(" "));
        lines.append(" commands='").append(words).append("'");
        append(lines, "flags=", "", names(flags(command.options())));
        lines.append(" valued=");
      }
      lines.append(" ;;\n");
    }
    return lines.toString();
  }

  private static void append(StringBuilder line, String assignment, String before, String names) {
    if (!names.isEmpty()) {
      line.append(" ").append(assignment).append("'").append(before).append(names).append("'");
    }
  }

  /// One case for all options and arguments that are completed alike; what is said of one place
  /// goes before what is said of all that follow, and that before the options of every command.
  private static String values(CommandTree program) {
    Map<String, List<String>> fixed = new LinkedHashMap<>();
    Map<String, List<String>> repeated = new LinkedHashMap<>();
    Map<String, List<String>> global = new LinkedHashMap<>();
    for (CommandTree command : program.all()) {
      for (Option option : valued(command.options())) {
        for (String name : option.names()) {
          add(fixed, option.values(), quoted(command.words() + " " + name));
        }
      }
      int place = 0;
      for (Argument argument : command.arguments()) {
        place++;
        add(
            argument.repeatable() ? repeated : fixed,
            argument.values(),
            argument.repeatable()
                ? quoted(command.words() + " ") + "[1-9]*"
                : quoted(command.words() + " " + place));
      }
    }
    for (Option option : valued(program.globalOptions())) {
      for (String name : option.names()) {
        add(global, option.values(), "*" + quoted(" " + name));
      }
    }
    return Stream.of(fixed, repeated, global)
        .flatMap(cases -> cases.entrySet().stream())
        .map(e -> oneCase(e.getValue(), e.getKey()))
        .collect(Collectors.joining());
  }

  private static String oneCase(List<String> patterns, String assignment) {
    StringBuilder text = new StringBuilder();
    int column = WIDTH;
    for (String pattern : patterns) {
      boolean first = text.isEmpty();
      if (column + pattern.length() > WIDTH) {
        // Patterns do not go on in the next line by themselves.
        text.append(first ? "    " : " | \\\n    ");
        column = 4;
      } else {
        text.append(" | ");
      }
      text.append(pattern);
      column += pattern.length() + 3;
    }
    return text + ")" + assignment + " ;;\n";
  }

  private static void add(Map<String, List<String>> cases, Values values, String pattern) {
    String assignment =
        switch (values) {
          case Words(List<String> words) -> " words='" + String.join(" ", words) + "'";
          case Files(List<String> suffixes) ->
              suffixes.isEmpty() ? " files=any" : " files='" + String.join(" ", suffixes) + "'";
          case Folders _ -> " files=none";
          case Commands _ -> " help=1";
          case Anything _ -> "";
        };
    cases.computeIfAbsent(assignment, _ -> new ArrayList<>()).add(pattern);
  }

  private static String quoted(String words) {
    return "'" + words + "'";
  }
}
