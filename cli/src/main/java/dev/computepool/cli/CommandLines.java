package dev.computepool.cli;

import dev.computepool.base.ByteRange;
import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.cli.CommandCatalog.Entry;
import dev.computepool.cli.CommandCatalog.Group;
import dev.computepool.cli.CommandCatalog.Leaf;
import dev.computepool.cli.CommandCatalog.Section;
import dev.computepool.cli.option.ByteRanges;
import dev.computepool.cli.option.GlobalOptions;
import dev.computepool.cli.option.IndexRanges;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.term.Environment;
import dev.computepool.cli.term.Style;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Builds the parser for one call: the command that is called for real, a stub for every other.
public final class CommandLines {
  private static final int MAX_WIDTH = 100;

  private CommandLines() {}

  /// The parser that `arguments` need.
  static CommandLine of(Context context, List<String> arguments) {
    List<String> words = arguments.stream().filter(a -> !a.startsWith("-")).limit(2).toList();
    return build(context, words, false);
  }

  /// The parser of all commands, for what is generated from it.
  public static CommandLine complete(Context context) {
    return build(context, List.of(), true);
  }

  private static CommandLine build(Context context, List<String> words, boolean all) {
    CommandSpec root = CommandSpec.create().name(context.program());
    root.usageMessage()
        .customSynopsis(context.program() + " COMMAND [OPTIONS]")
        .description("Share, train and publish language models on hardware you own.", "")
        .footer(
            "",
            "'%s help COMMAND' explains a command, '%<s help exit-codes' and '%<s help config'"
                    .formatted(context.program())
                + " the rest.");
    root.addOption(GlobalOptions.help());
    root.addOption(
        OptionSpec.builder("-V", "--version")
            .arity("0")
            .description("Print the version; with -v, what it runs on; with --json, as JSON.")
            .build());
    for (Entry entry : only(CommandCatalog.entries(), words, 0)) {
      boolean called = all || (!words.isEmpty() && words.getFirst().equals(entry.name()));
      root.addSubcommand(
          entry.name(),
          // A switch over types would cost every start the making of its bootstrap.
          entry instanceof Group group
              ? group(context, group, called ? words : List.of(), all)
              : called ? real(context, (Leaf) entry) : stub(entry));
    }
    CommandLine line = new CommandLine(root);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(Path.class, CommandLines::path);
    line.registerConverter(ByteSize.class, ByteSize::parse);
    line.registerConverter(Duration.class, Durations::parse);
    line.registerConverter(ByteRange.class, ByteRanges::parse);
    line.registerConverter(IndexRanges.class, IndexRanges::parse);
    line.setUsageHelpLongOptionsMaxWidth(26);
    line.setAbbreviatedOptionsAllowed(false);
    // A file may be called "@list": nothing is read from it.
    line.setExpandAtFiles(false);
    configureHelp(context, line);
    return line;
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'%s' is no path: %s".formatted(text, e.getReason()), e);
    }
  }

  /// The entry that a word names, or all of them where that is not clear: each one that picocli
  /// knows of costs every start about a millisecond.
  private static <E extends Entry> List<E> only(List<E> entries, List<String> words, int position) {
    if (position < words.size()) {
      for (E entry : entries) {
        if (entry.name().equals(words.get(position))) {
          return List.of(entry);
        }
      }
    }
    return entries;
  }

  private static CommandSpec group(Context context, Group group, List<String> words, boolean all) {
    CommandSpec spec = stub(group);
    spec.usageMessage()
        .customSynopsis("%s %s COMMAND [OPTIONS]".formatted(context.program(), group.name()));
    for (Leaf leaf : only(group.leaves(), words, 1)) {
      boolean called = all || (words.size() > 1 && words.get(1).equals(leaf.name()));
      spec.addSubcommand(leaf.name(), called ? real(context, leaf) : stub(leaf));
    }
    return spec;
  }

  private static CommandSpec real(Context context, Leaf leaf) {
    Command command = (Command) leaf.create().apply(context);
    CommandSpec spec = CommandSpec.forAnnotatedObject(command);
    command.global().addTo(spec);
    describe(spec, leaf);
    spec.usageMessage().abbreviateSynopsis(true).sortOptions(false);
    return spec;
  }

  private static CommandSpec stub(Entry entry) {
    CommandSpec spec = CommandSpec.create();
    describe(spec, entry);
    spec.addOption(GlobalOptions.help());
    return spec;
  }

  private static void describe(CommandSpec spec, Entry entry) {
    spec.name(entry.name());
    spec.usageMessage().description(entry.description(), "");
  }

  private static void configureHelp(Context context, CommandLine line) {
    boolean ansi = context.output().style() == Style.ANSI;
    line.setColorScheme(Help.defaultColorScheme(ansi ? Help.Ansi.ON : Help.Ansi.OFF));
    line.setUsageHelpWidth(80);
    Map<String, IHelpSectionRenderer> sections = line.getHelpSectionMap();
    sections.put(UsageMessageSpec.SECTION_KEY_SYNOPSIS, CommandLines::synopsis);
    sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, CommandLines::optionList);
    sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandLines::commandList);
    sections.remove(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING);
    sections.put(
        UsageMessageSpec.SECTION_KEY_FOOTER,
        help ->
            help.commandSpec().parent() == null ? help.footer() : footer(help, context.program()));
    line.setHelpSectionMap(sections); // of all commands
  }

  /// Makes help as wide as the terminal, up to what can be read well.
  static void fitWidth(Context context, CommandLine line) {
    Environment environment = context.environment();
    if (environment.terminal().output() || environment.variable("COLUMNS") != null) {
      line.setUsageHelpWidth(Math.clamp(environment.width(), 55, MAX_WIDTH));
    }
  }

  /// What a call has at least: options that must be there stand before those that may.
  private static String synopsis(Help help) {
    String required =
        help.commandSpec().options().stream()
            .filter(OptionSpec::required)
            .map(
                option ->
                    option.shortestName()
                        + (option.shortestName().startsWith("--") ? "=" : " ")
                        + option.paramLabel()
                        + " ")
            .collect(Collectors.joining());
    return help.synopsis(help.synopsisHeadingLength()).replace("[OPTIONS]", required + "[OPTIONS]");
  }

  /// The command's own options, those that have a heading under it, then those of every command.
  private static String optionList(Help help) {
    List<OptionSpec> plain = new ArrayList<>();
    SortedMap<OptionHeading, List<OptionSpec>> headed = new TreeMap<>();
    List<OptionSpec> global = new ArrayList<>();
    Set<String> globalNames =
        help.commandSpec().subcommands().isEmpty() ? GlobalOptions.longestNames() : Set.of();
    for (OptionSpec option : help.commandSpec().options()) {
      if (option.hidden()) {
        continue;
      }
      if (globalNames.contains(option.longestName())) {
        global.add(option);
      } else {
        OptionHeading.of(option)
            .map(heading -> headed.computeIfAbsent(heading, _ -> new ArrayList<>()))
            .orElse(plain)
            .add(option);
      }
    }
    StringBuilder text = new StringBuilder(help.optionListExcludingGroups(plain));
    headed.forEach((heading, options) -> text.append(under(heading.text(), options, help)));
    return text + (global.isEmpty() ? "" : under("Options of every command", global, help));
  }

  private static String under(String heading, List<OptionSpec> options, Help help) {
    return "%n%s:%n%s".formatted(heading, help.optionListExcludingGroups(options));
  }

  private static String commandList(Help help) {
    List<Section> sections =
        help.commandSpec().parent() == null
            ? CommandCatalog.sections()
            : CommandCatalog.entries().stream()
                .filter(e -> e.name().equals(help.commandSpec().name()))
                .map(e -> e instanceof Group g ? List.<Entry>copyOf(g.leaves()) : List.<Entry>of())
                .filter(entries -> !entries.isEmpty())
                .map(entries -> new Section("Commands", entries))
                .toList();
    int width =
        sections.stream()
            .flatMap(s -> s.entries().stream())
            .mapToInt(e -> e.name().length())
            .max()
            .orElse(0);
    return sections.stream()
        .map(section -> section(help, section, width))
        .collect(Collectors.joining());
  }

  private static String section(Help help, Section section, int width) {
    StringBuilder text = new StringBuilder("%n%s:%n".formatted(section.heading()));
    String indent = " ".repeat(width + 4);
    int room = help.commandSpec().usageMessage().width() - indent.length();
    for (Entry entry : section.entries()) {
      String name = help.colorScheme().commandText(entry.name()).toString();
      String padding = " ".repeat(width - entry.name().length());
      String description = String.join("\n" + indent, wrapped(entry.description(), room));
      text.append("  %s%s  %s%n".formatted(name, padding, description));
    }
    return text.toString();
  }

  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /// Examples are copied: they keep their lines, and call the program as it was called.
  private static String footer(Help help, String program) {
    String words =
        CommandCatalog.entries().stream().map(Entry::name).collect(Collectors.joining("|"));
    return Arrays.stream(help.commandSpec().usageMessage().footer())
        .map(line -> line.replaceAll("\\bcp (?=(" + words + ")\\b)", program + " ") + "\n")
        .collect(Collectors.joining());
  }
}
