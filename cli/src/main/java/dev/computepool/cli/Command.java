package dev.computepool.cli;

import dev.computepool.cli.option.GlobalOptions;
import dev.computepool.cli.output.Output;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;

/// One command: its fields are its options, {@link #run} asks a library and shows the result.
public abstract class Command implements Callable<Integer> {
  @ArgGroup(
      validate = false,
      exclusive = false,
      order = 1000,
      heading = "%nOptions of every command:%n")
  private final GlobalOptions global = new GlobalOptions();

  private final Context context;

  protected Command(Context context) {
    this.context = context;
  }

  @Override
  public final Integer call() throws IOException {
    return run(context.open(global)).code();
  }

  /// Does the work; errors are thrown and told by {@link ErrorReporter}.
  protected abstract ExitCode run(Output out) throws IOException;

  protected Context context() {
    return context;
  }
}
