package dev.computepool.cli;

import dev.computepool.base.Cancellation;
import dev.computepool.cli.config.Config;
import dev.computepool.cli.option.GlobalOptions;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.OutputOptions;
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
  Output open(GlobalOptions global) throws IOException {
    // Errors in the settings themselves are to be told as the command line asks.
    output = new Output(environment, options(global, null), cancellation);
    output = new Output(environment, options(global, config()), cancellation);
    for (String warning : config().warnings()) {
      output.warn(warning);
    }
    return output;
  }

  private static OutputOptions options(GlobalOptions global, @Nullable Config config) {
    OutputOptions standard = OutputOptions.DEFAULT;
    return new OutputOptions(
        global.json,
        global.quiet,
        global.verbose.length,
        global.progress != null
            ? global.progress
            : config == null ? standard.progress() : config.progress(),
        global.color != null ? global.color : config == null ? standard.color() : config.color());
  }

  /// The output as far as it is known: before the command line was understood, a guess at it.
  Output output() {
    if (output != null) {
      return output;
    }
    OutputOptions standard = OutputOptions.DEFAULT;
    return new Output(
        environment,
        new OutputOptions(
            arguments.contains("--json"), false, 0, standard.progress(), standard.color()),
        cancellation);
  }
}
