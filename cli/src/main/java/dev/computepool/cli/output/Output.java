package dev.computepool.cli.output;

import dev.computepool.base.Cancellation;
import dev.computepool.base.Progress;
import dev.computepool.cli.progress.ConsoleProgress;
import dev.computepool.cli.term.Characters;
import dev.computepool.cli.term.Environment;
import dev.computepool.cli.term.Style;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What a command says: results on standard output, everything else on standard error.
public final class Output {
  private final Environment environment;
  private final OutputOptions options;
  private final Cancellation cancellation;

  public Output(Environment environment, OutputOptions options, Cancellation cancellation) {
    this.environment = environment;
    this.options = options;
    this.cancellation = cancellation;
  }

  /// Shows `report` as the user wants it.
  ///
  /// @throws ClosedPipeException if nobody reads standard output any more
  public void show(Report report) throws IOException {
    if (options.json()) {
      write(Json.document(report));
    } else {
      Text text = new Text(style());
      report.print(text);
      write(text.toString());
    }
  }

  /// Writes `text` to standard output as it is.
  ///
  /// @throws ClosedPipeException if nobody reads standard output any more
  public void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Writes `bytes` to standard output as they are.
  ///
  /// @throws ClosedPipeException if nobody reads standard output any more
  public void write(byte[] bytes) throws IOException {
    try {
      environment.stdout().write(bytes);
      environment.stdout().flush();
    } catch (IOException e) {
      // The JDK has no type for EPIPE.
      if (String.valueOf(e.getMessage()).contains("Broken pipe")) {
        throw new ClosedPipeException();
      }
      throw new IOException("cannot write to standard output: " + e.getMessage(), e);
    }
  }

  /// A remark for people; `--quiet` leaves it out.
  public void note(String line) {
    if (!options.quiet()) {
      error(Characters.visible(line) + "\n");
    }
  }

  /// A remark for people who asked for more with `-v`.
  public void detail(String line) {
    if (options.verbosity() > 0) {
      error(Characters.visible(line) + "\n");
    }
  }

  /// Something the user should look at although the work goes on.
  public void warn(String line) {
    error(errorStyle().doubtful("warning:") + " " + Characters.visible(line) + "\n");
  }

  /// Writes `text` to standard error as it is.
  public void error(String text) {
    try {
      environment.stderr().write(text.getBytes(StandardCharsets.UTF_8));
      environment.stderr().flush();
    } catch (IOException e) {
      // Nobody is left to be told: standard error is where this would be reported.
      return;
    }
  }

  /// Where the library reports how far it is.
  public Progress progress() {
    return switch (options.progress()) {
      case NONE -> Progress.silent(cancellation);
      case PLAIN -> ConsoleProgress.lines(cancellation, this::error);
      case AUTO -> {
        if (options.quiet()) {
          yield Progress.silent(cancellation);
        }
        yield isWatched()
            ? ConsoleProgress.bar(cancellation, this::error, environment.terminal())
            : ConsoleProgress.lines(cancellation, this::error);
      }
    };
  }

  /// Whether the user asked to stop, for work that only looks on.
  public Cancellation cancellation() {
    return cancellation;
  }

  /// Whether standard output is a terminal on which lines can be drawn over.
  public boolean isRedrawn() {
    return environment.terminal().output() && !"dumb".equals(environment.variable("TERM"));
  }

  /// Whether somebody looks at standard error, on a terminal on which lines can be drawn over.
  public boolean isWatched() {
    return environment.terminal().error()
        && environment.variable("CI") == null
        && !"dumb".equals(environment.variable("TERM"));
  }

  /// Whether what people read may have characters beyond ASCII.
  public boolean isUnicode() {
    return environment.isUnicode();
  }

  public OutputOptions options() {
    return options;
  }

  /// The style of standard output.
  public Style style() {
    return style(environment.terminal().output());
  }

  /// The style of standard error.
  public Style errorStyle() {
    return style(environment.terminal().error());
  }

  private Style style(boolean terminal) {
    return options.color().style(environment, terminal);
  }
}
