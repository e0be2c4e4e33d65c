package dev.computepool.cli;

import dev.computepool.base.Cancellation;
import dev.computepool.base.FormatException;
import dev.computepool.cli.config.Config;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.option.GlobalOptions;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.OutputOptions;
import dev.computepool.cli.output.OutputOptions.ColorMode;
import dev.computepool.cli.output.OutputOptions.ProgressMode;
import dev.computepool.cli.term.Environment;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One call of the program: what surrounds it, and what its command line and settings say.
public final class Context {
  private final Environment environment;
  private final Cancellation cancellation;
  private final String program;
  private final List<String> arguments;
  private @Nullable Config config;
  private @Nullable Output output;

  /// One call with its surroundings.
  ///
  /// @param program the name it was called by: `cp` or `computepool`
  public Context(
      Environment environment, Cancellation cancellation, String program, List<String> arguments) {
    this.environment = environment;
    this.cancellation = cancellation;
    this.program = program;
    this.arguments = List.copyOf(arguments);
  }

  public Environment environment() {
    return environment;
  }

  /// Whether the user wants the call to end.
  public Cancellation cancellation() {
    return cancellation;
  }

  /// The name this program was called by.
  public String program() {
    return program;
  }

  /// All settings in force, read at the first call.
  public Config config() throws IOException {
    if (config == null) {
      config = Config.load(environment);
    }
    return config;
  }

  /// Threads that compute: the option's, else the setting's, else one a core.
  ///
  /// @throws UsageException if the option is no number from 1 to 1024
  public int threads(@Nullable Integer option) throws IOException {
    if (option == null) {
      return config().threads();
    }
    if (option < 1 || option > 1024) {
      throw new UsageException("--threads must be from 1 to 1024, not " + option);
    }
    return option;
  }

  /// The output that the command's options and the settings ask for.
  ///
  /// @param tolerant whether wrong settings are only warned about, and none of them used
  Output open(GlobalOptions global, boolean tolerant) throws IOException {
    // Errors in the settings themselves are to be told as the command line asks.
    output = new Output(environment, options(global, null), cancellation);
    try {
      output = new Output(environment, options(global, config()), cancellation);
    } catch (FormatException e) {
      if (!tolerant) {
        throw e;
      }
      e.problems().forEach(problem -> output.warn(e.file() + ": " + problem));
      return output;
    }
    for (String warning : config().warnings()) {
      output.warn(warning);
    }
    return output;
  }

  private static OutputOptions options(GlobalOptions global, @Nullable Config config) {
    OutputOptions standard = OutputOptions.DEFAULT;
    ProgressMode progress = config == null ? standard.progress() : config.progress();
    ColorMode color = config == null ? standard.color() : config.color();
    return new OutputOptions(
        global.json(),
        global.quiet(),
        global.verbosity(),
        global.progress() != null
            ? global.progress()
            : global.quiet() ? ProgressMode.NONE : progress,
        global.color() != null ? global.color() : color);
  }

  /// The output as far as it is known: before the command line was understood, a guess at it.
  Output output() {
    if (output != null) {
      return output;
    }
    OutputOptions standard = OutputOptions.DEFAULT;
    int verbosity = 0;
    String color = environment.variable(ConfigKey.COLOR.variable());
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--verbose")) {
        verbosity++;
      } else if (argument.startsWith("-v") && argument.chars().skip(1).allMatch(c -> c == 'v')) {
        verbosity += argument.length() - 1;
      } else if (argument.startsWith("--color=")) {
        color = argument.substring("--color=".length());
      } else if (argument.equals("--color") && i + 1 < arguments.size()) {
        color = arguments.get(i + 1);
      }
    }
    return new Output(
        environment,
        new OutputOptions(
            arguments.contains("--json"),
            standard.quiet(),
            verbosity,
            standard.progress(),
            colorMode(color)),
        cancellation);
  }

  /// The mode called `name`; what is none will be an error of its own.
  private static ColorMode colorMode(@Nullable String name) {
    for (ColorMode mode : ColorMode.values()) {
      if (mode.name().equalsIgnoreCase(name)) {
        return mode;
      }
    }
    return OutputOptions.DEFAULT.color();
  }
}
