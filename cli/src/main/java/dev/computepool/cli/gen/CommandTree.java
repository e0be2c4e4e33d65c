package dev.computepool.cli.gen;

import dev.computepool.base.Cancellation;
import dev.computepool.cli.CommandLines;
import dev.computepool.cli.Context;
import dev.computepool.cli.option.GlobalOptions;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.term.Environment;
import dev.computepool.cli.term.Terminal;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// A command as its completion and its page need it, with the commands below it.
///
/// @param path the words that call it; none for the program itself
/// @param options its own, without those of every command
/// @param global the options of every command; none for the program and for groups
/// @param notes what its help says below the options: examples, topics
record CommandTree(
    List<String> path,
    String description,
    List<Option> options,
    List<Option> global,
    List<Argument> arguments,
    List<Note> notes,
    List<CommandTree> children) {
  /// The name that clashes with nothing.
  static final String PROGRAM = "computepool";

  /// The name that it shares with the system's program that copies files.
  static final String SHORT_NAME = "cp";

  /// An option.
  ///
  /// @param names short before long
  /// @param label what its value is called, or null if it takes none
  /// @param optionalValue whether the value may be left out
  /// @param repeatable whether it may be given more than once
  /// @param heading what it stands under; null among the first
  record Option(
      List<String> names,
      @Nullable String label,
      boolean optionalValue,
      boolean required,
      boolean repeatable,
      String description,
      @Nullable OptionHeading heading,
      Values values) {
    boolean takesValue() {
      return label != null;
    }

    /// What a shell shows beside it.
    String summary() {
      return CommandTree.summary(description);
    }
  }

  /// What stands alone on the command line, at its place.
  record Argument(
      String label, boolean required, boolean repeatable, String description, Values values) {
    /// As a synopsis writes it, such as `[DIR...]`.
    String synopsis() {
      String once = repeatable && !label.endsWith("...") ? label + "..." : label;
      return required ? once : "[" + once + "]";
    }
  }

  /// Lines under a heading, without their common indentation.
  record Note(String heading, List<String> lines) {}

  /// Everything that the catalogue has, whatever surrounds this process.
  static CommandTree ofProgram() {
    Environment nowhere =
        new Environment(
            Map.of(),
            Path.of("/"),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream(),
            InputStream.nullInputStream(),
            Terminal.NONE);
    Context context = new Context(nowhere, new Cancellation(), PROGRAM, List.of());
    return of(CommandLines.complete(context), List.of());
  }

  static CommandTree of(CommandLine line, List<String> path) {
    CommandSpec spec = line.getCommandSpec();
    List<CommandTree> children =
        line.getSubcommands().entrySet().stream()
            .filter(sub -> !sub.getValue().getCommandSpec().usageMessage().hidden())
            .map(sub -> of(sub.getValue(), append(path, sub.getKey())))
            .toList();
    List<Option> options =
        spec.options().stream().filter(o -> !o.hidden()).map(o -> option(o, line)).toList();
    Set<String> global = children.isEmpty() ? GlobalOptions.longestNames() : Set.of();
    return new CommandTree(
        path,
        text(spec.usageMessage().description()),
        options.stream().filter(o -> !global.contains(o.names().getLast())).toList(),
        options.stream().filter(o -> global.contains(o.names().getLast())).toList(),
        arguments(spec),
        notes(spec),
        children);
  }

  private static List<String> append(List<String> path, String word) {
    List<String> longer = new ArrayList<>(path);
    longer.add(word);
    return List.copyOf(longer);
  }

  private static List<String> names(String[] names) {
    return Arrays.stream(names)
        .sorted(Comparator.comparing((String n) -> n.startsWith("--")))
        .toList();
  }

  private static Option option(OptionSpec option, CommandLine line) {
    List<String> names = new ArrayList<>(names(option.names()));
    if (option.negatable()) {
      names.add(
          line.getNegatableOptionTransformer()
              .makeNegative(option.longestName(), line.getCommandSpec()));
    }
    boolean value = option.arity().max() > 0;
    return new Option(
        List.copyOf(names),
        value ? option.paramLabel() : null,
        value && option.arity().min() == 0,
        option.required(),
        option.isMultiValue(),
        text(option.description()),
        OptionHeading.of(option).orElse(null),
        value ? Values.of(option) : new Values.Anything());
  }

  private static List<Argument> arguments(CommandSpec spec) {
    List<Argument> arguments = new ArrayList<>();
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      if (parameter.hidden()) {
        continue;
      }
      boolean many = parameter.isMultiValue() && parameter.index().isVariable();
      boolean more = many || parameter.arity().max() > 1;
      arguments.add(
          new Argument(
              parameter.paramLabel(),
              parameter.required(),
              more,
              text(parameter.description()),
              Values.of(parameter)));
    }
    return List.copyOf(arguments);
  }

  private static String text(String[] lines) {
    return String.join(" ", lines).replaceAll("\\s+", " ").strip();
  }

  private static List<Note> notes(CommandSpec spec) {
    Help help = new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF));
    String heading = help.footerHeading().strip().replaceAll(":$", "");
    List<String> lines = List.of(spec.usageMessage().footer());
    if (heading.isEmpty() || lines.isEmpty()) {
      return List.of();
    }
    int indent =
        lines.stream()
            .filter(l -> !l.isBlank())
            .mapToInt(l -> l.length() - l.stripLeading().length())
            .min()
            .orElse(0);
    return List.of(
        new Note(
            heading, lines.stream().map(l -> l.substring(Math.min(indent, l.length()))).toList()));
  }

  /// The last word that calls it, or the program's name.
  String name() {
    return path.isEmpty() ? PROGRAM : path.getLast();
  }

  /// The words that call it, without the program's name.
  String words() {
    return String.join(" ", path);
  }

  /// What a shell shows beside it.
  String summary() {
    return summary(description);
  }

  private static String summary(String description) {
    int end = description.indexOf(". ");
    return (end < 0 ? description : description.substring(0, end)).replaceAll("\\.$", "");
  }

  /// Whether it does something itself rather than naming commands.
  boolean leaf() {
    return children.isEmpty();
  }

  /// Its own options, then those of every command.
  List<Option> allOptions() {
    List<Option> all = new ArrayList<>(options);
    all.addAll(global);
    return all;
  }

  /// The options of every command.
  List<Option> globalOptions() {
    return all().stream().filter(CommandTree::leaf).findFirst().orElseThrow().global();
  }

  /// What the help explains that is not also a command.
  List<String> topics() {
    return all().stream()
        .flatMap(command -> command.arguments().stream())
        .flatMap(
            a -> a.values() instanceof Values.Commands(List<String> t) ? t.stream() : Stream.of())
        .filter(topic -> children.stream().noneMatch(c -> c.name().equals(topic)))
        .toList();
  }

  /// This command and all below it, each before its own.
  List<CommandTree> all() {
    List<CommandTree> all = new ArrayList<>();
    all.add(this);
    children.forEach(child -> all.addAll(child.all()));
    return all;
  }
}
