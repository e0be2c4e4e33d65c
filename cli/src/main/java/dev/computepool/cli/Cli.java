package dev.computepool.cli;

import dev.computepool.base.Cancellation;
import dev.computepool.cli.CommandCatalog.Entry;
import dev.computepool.cli.CommandCatalog.Group;
import dev.computepool.cli.CommandCatalog.Leaf;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.term.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// One call of the program, from its arguments to its exit code.
public final class Cli {
  /// Prints the words of all commands, for the launcher's test; nobody types it.
  private static final String WORDS = "__words";

  private final Environment environment;
  private final Cancellation cancellation;
  private final String program;

  /// Prepares a call.
  ///
  /// @param program the name it was called by
  public Cli(Environment environment, Cancellation cancellation, String program) {
    this.environment = environment;
    this.cancellation = cancellation;
    this.program = program;
  }

  /// Runs one command and returns the exit code. Every error has been told by then.
  public int run(String... args) {
    List<String> arguments = List.of(args);
    Context context = new Context(environment, cancellation, program, arguments);
    try {
      return execute(context, arguments);
    } catch (Throwable e) { // the last one who can tell it: never a bare stack trace
      return ErrorReporter.report(e, context).code();
    }
  }

  private static int execute(Context context, List<String> arguments) throws Exception {
    Output out = context.output();
    if (arguments.equals(List.of(WORDS))) {
      out.write(words());
      return ExitCode.DONE.code();
    }
    if (!arguments.isEmpty() && List.of("-V", "--version").contains(arguments.getFirst())) {
      return version(context, arguments.subList(1, arguments.size())).code();
    }
    CommandLine line = CommandLines.of(context, arguments);
    ParseResult parsed;
    try {
      parsed = line.parseArgs(arguments.toArray(String[]::new));
    } catch (ParameterException e) {
      throw ErrorReporter.usage(e, context);
    }
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine called = last.commandSpec().commandLine();
    if (last.isUsageHelpRequested() || arguments.isEmpty()) {
      out.write(usage(context, called));
      return ExitCode.DONE.code();
    }
    if (!(last.commandSpec().userObject() instanceof Command command)) {
      out.error(usage(context, called));
      return ExitCode.USAGE.code();
    }
    return command.call();
  }

  private static String usage(Context context, CommandLine line) {
    CommandLines.fitWidth(context, line);
    StringWriter text = new StringWriter();
    line.usage(new PrintWriter(text), line.getColorScheme());
    return text.toString();
  }

  /// The help of the command that `words` name.
  ///
  /// @throws UsageException if they name none
  public static String help(Context context, List<String> words) throws UsageException {
    CommandLine line = CommandLines.of(context, words);
    for (String word : words) {
      CommandLine sub = line.getSubcommands().get(word);
      if (sub == null) {
        throw ErrorReporter.unknownCommand(word, line, context);
      }
      line = sub;
    }
    return usage(context, line);
  }

  private static String words() {
    return CommandCatalog.entries().stream().map(Cli::words).collect(Collectors.joining());
  }

  private static String words(Entry entry) {
    String following =
        switch (entry) {
          case Leaf _ -> "";
          case Group group ->
              group.leaves().stream().map(l -> " " + l.name()).collect(Collectors.joining());
        };
    return entry.name() + ":" + following + "\n";
  }

  private static ExitCode version(Context context, List<String> options) throws IOException {
    List<String> known = List.of("--json", "-v", "--verbose");
    for (String option : options) {
      if (!known.contains(option)) {
        throw new UsageException("'%s' does not go with --version".formatted(option));
      }
    }
    Output out = context.output();
    if (options.isEmpty()) {
      out.write("computepool " + Version.CURRENT + "\n");
    } else {
      out.show(VersionReport.collect(context));
    }
    return ExitCode.DONE;
  }
}
