package dev.computepool.cli.gen;

import dev.computepool.cli.CommandCatalog;
import dev.computepool.cli.CommandCatalog.Group;
import dev.computepool.cli.CommandCatalog.Leaf;
import dev.computepool.cli.CommandCatalog.Section;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.Version;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.config.OtherVariable;
import dev.computepool.cli.gen.CommandTree.Argument;
import dev.computepool.cli.gen.CommandTree.Note;
import dev.computepool.cli.gen.CommandTree.Option;
import dev.computepool.cli.option.OptionHeading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Manual pages: one for the program, one for each command.
///
/// None is called `cp.1`: that is the page of the system's program.
final class ManPages {
  private static final String MAIN_PAGE = CommandTree.PROGRAM + "(1)";

  private final CommandTree program;

  private ManPages(CommandTree program) {
    this.program = program;
  }

  /// All pages by the name of their file.
  static SortedMap<String, String> of(CommandTree program) {
    ManPages pages = new ManPages(program);
    SortedMap<String, String> files = new TreeMap<>();
    for (CommandTree command : program.all()) {
      files.put(title(command) + ".1", pages.page(command));
    }
    return files;
  }

  private static String title(CommandTree command) {
    List<String> words = new ArrayList<>(List.of(CommandTree.PROGRAM));
    words.addAll(command.path());
    return String.join("-", words);
  }

  private String page(CommandTree command) {
    Roff page =
        new Roff(
            title(command).toUpperCase(Locale.ROOT),
            "ComputePool " + Version.CURRENT,
            "ComputePool Manual");
    page.section("NAME").line(Roff.escaped(title(command)) + " \\- " + lowerFirst(command));
    page.section("SYNOPSIS").line(synopsis(command));
    page.section("DESCRIPTION").line(Roff.escaped(command.description()));
    if (command.path().isEmpty()) {
      describeProgram(page);
    }
    if (!command.leaf()) {
      commands(page, command);
    }
    options(page, command);
    for (Note note : command.notes()) {
      String heading = note.heading().equals("Example") ? "Examples" : note.heading();
      page.section(heading.toUpperCase(Locale.ROOT)).example(note.lines());
    }
    exitStatus(page);
    surroundings(page, command);
    seeAlso(page, command);
    return page.toString();
  }

  private static String lowerFirst(CommandTree command) {
    String summary = command.summary();
    boolean word = Character.isLowerCase(summary.charAt(1));
    return Roff.escaped(
        word ? Character.toLowerCase(summary.charAt(0)) + summary.substring(1) : summary);
  }

  private static String synopsis(CommandTree command) {
    StringBuilder line = new StringBuilder(Roff.bold(called(command)));
    if (!command.leaf()) {
      line.append(' ').append(Roff.italic("COMMAND"));
    }
    for (Option option : command.options()) {
      if (option.required()) {
        line.append(' ').append(option(option, List.of(option.names().getFirst())));
      }
    }
    line.append(" [").append(Roff.italic("OPTIONS")).append(']');
    for (Argument argument : command.arguments()) {
      line.append(' ').append(Roff.italic(argument.synopsis()));
    }
    return line.toString();
  }

  private static String called(CommandTree command) {
    return (CommandTree.PROGRAM + " " + command.words()).strip();
  }

  private static void describeProgram(Roff page) {
    page.paragraph(
        Roff.bold(CommandTree.SHORT_NAME)
            + " is the same program under a shorter name. It runs a command if its first word"
            + " names one, and hands every other call to the system's "
            + Roff.bold("cp")
            + "(1): "
            + Roff.bold("cp a.txt b.txt")
            + " copies a file, and so does "
            + Roff.bold("cp ./train b.txt")
            + " if the file has the name of a command.");
    page.paragraph(
        "Results go to standard output, everything else to standard error. With "
            + Roff.bold("--json")
            + " a result is one JSON document, and a failure is one on standard error.");
  }

  private static void commands(Roff page, CommandTree command) {
    page.section("COMMANDS");
    if (!command.path().isEmpty()) {
      command.children().forEach(child -> command(page, child.words(), child.description()));
      return;
    }
    for (Section section : CommandCatalog.sections()) {
      page.subsection(section.heading());
      for (CommandCatalog.Entry entry : section.entries()) {
        switch (entry) {
          case Leaf leaf -> command(page, leaf.name(), leaf.description());
          case Group group -> {
            for (Leaf leaf : group.leaves()) {
              command(page, group.name() + " " + leaf.name(), leaf.description());
            }
          }
        }
      }
    }
  }

  private static void command(Roff page, String words, String description) {
    page.term(Roff.bold(words), Roff.escaped(description));
  }

  private void options(Roff page, CommandTree command) {
    page.section("OPTIONS");
    for (Argument argument : command.arguments()) {
      page.term(Roff.italic(argument.label()), Roff.escaped(argument.description()));
    }
    SortedMap<OptionHeading, List<Option>> headed = new TreeMap<>();
    for (Option option : command.options()) {
      if (option.heading() == null) {
        option(page, option);
      } else {
        headed.computeIfAbsent(option.heading(), _ -> new ArrayList<>()).add(option);
      }
    }
    headed.forEach(
        (heading, options) -> {
          page.subsection(heading.text());
          options.forEach(option -> option(page, option));
        });
    if (!command.global().isEmpty()) {
      page.subsection("Options of every command");
      command.global().forEach(option -> option(page, option));
    } else {
      page.paragraph(
          "A command has options of its own: "
              + Roff.bold(called(command))
              + " "
              + Roff.italic("COMMAND")
              + " "
              + Roff.bold("--help")
              + " shows them.");
    }
  }

  private static void option(Roff page, Option option) {
    page.term(option(option, option.names()), Roff.escaped(option.description()));
  }

  /// An option with its value, such as `-o, --output=DIR`.
  private static String option(Option option, List<String> names) {
    String text = names.stream().map(Roff::bold).collect(Collectors.joining(", "));
    if (option.label() == null) {
      return text;
    }
    String separator = names.getLast().startsWith("--") ? "=" : " ";
    String value = separator + Roff.italic(option.label());
    return text + (option.optionalValue() ? "[" + value + "]" : value);
  }

  private static void exitStatus(Roff page) {
    page.section("EXIT STATUS").compact(true);
    for (ExitCode code : ExitCode.values()) {
      page.term(Roff.bold(Integer.toString(code.code())), Roff.escaped(code.meaning()));
    }
    page.compact(false);
    page.paragraph(
        "Of several problems the smallest code above 1 counts. A closed pipe is no failure.");
  }

  private static void surroundings(Roff page, CommandTree command) {
    if (!command.path().isEmpty()) {
      page.section("ENVIRONMENT")
          .line(
              Roff.bold("COMPUTEPOOL_*")
                  + " go before the settings in files. "
                  + reference(MAIN_PAGE)
                  + " lists them, and the other variables that count.");
      page.section("FILES")
          .line(
              Roff.italic("./computepool.yml")
                  + " and the user's settings: "
                  + reference(MAIN_PAGE)
                  + " describes them.");
      return;
    }
    page.section("ENVIRONMENT")
        .line("A flag goes before its variable, that before the settings in files.");
    for (ConfigKey key : ConfigKey.values()) {
      String standard = key.defaultValue().isEmpty() ? "" : " Default: " + key.defaultValue() + ".";
      page.term(Roff.bold(key.variable()), Roff.escaped(key.description() + "." + standard));
    }
    for (OtherVariable variable : OtherVariable.values()) {
      page.term(Roff.bold(variable.name()), Roff.escaped(upperFirst(variable.meaning()) + "."));
    }
    page.section("FILES");
    page.term(Roff.italic("./computepool.yml"), "Settings for this folder.");
    page.term(
        Roff.italic("$XDG_CONFIG_HOME/computepool/config.yml"),
        "The user's settings, under "
            + Roff.italic("~/.config")
            + " where the variable is not set. Those for the folder go before them.");
    page.paragraph(
        "Settings are YAML, "
            + Roff.bold("shard.size: 1GB")
            + " and the like. "
            + Roff.bold("computepool config list --origin")
            + " shows where each came from.");
  }

  private static String upperFirst(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private void seeAlso(Roff page, CommandTree command) {
    List<String> pages = new ArrayList<>();
    for (CommandTree other : program.all()) {
      boolean near =
          command.path().isEmpty()
              ? other.path().size() == 1
              : other.path().size() > 1
                  && other.path().getFirst().equals(command.path().getFirst());
      if (near && !other.path().equals(command.path())) {
        pages.add(reference(title(other) + "(1)"));
      }
    }
    if (!command.path().isEmpty()) {
      pages.addFirst(reference(MAIN_PAGE));
    }
    page.section("SEE ALSO").line(String.join(", ", pages));
  }

  /// A page with its section, such as `computepool(1)`.
  private static String reference(String page) {
    int section = page.indexOf('(');
    return Roff.bold(page.substring(0, section)) + page.substring(section);
  }
}
