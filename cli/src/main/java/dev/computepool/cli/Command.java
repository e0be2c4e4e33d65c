package dev.computepool.cli;

import dev.computepool.cli.option.GlobalOptions;
import dev.computepool.cli.output.Output;
import java.io.IOException;
import java.util.concurrent.Callable;

/// One command: its fields are its options, {@link #run} asks a library and shows the result.
public abstract class Command implements Callable<Integer> {
  private final GlobalOptions global = new GlobalOptions();

  private final Context context;

  protected Command(Context context) {
    this.context = context;
  }

  @Override
  public final Integer call() throws IOException {
    return run(context.open(global, repairsSettings())).code();
  }

  /// Does the work; errors are thrown and told by {@link ErrorReporter}.
  protected abstract ExitCode run(Output out) throws IOException;

  /// Whether it is there to repair settings, and so must run although some are wrong.
  protected boolean repairsSettings() {
    return false;
  }

  /// Whether the network must not be used.
  protected boolean offline() throws IOException {
    return global.offline() || context.config().offline();
  }

  GlobalOptions global() {
    return global;
  }

  protected Context context() {
    return context;
  }
}
