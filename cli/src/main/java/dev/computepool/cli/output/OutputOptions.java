package dev.computepool.cli.output;

import dev.computepool.cli.term.Environment;
import dev.computepool.cli.term.Style;

/// How the user wants to be told.
///
/// @param json exactly one JSON document on standard output instead of tables
/// @param quiet no notes and no progress
/// @param verbosity how often `-v` was given
public record OutputOptions(
    boolean json, boolean quiet, int verbosity, ProgressMode progress, ColorMode color) {
  /// Before the command line was understood.
  public static final OutputOptions DEFAULT =
      new OutputOptions(false, false, 0, ProgressMode.AUTO, ColorMode.AUTO);

  /// Whether and how progress is shown.
  public enum ProgressMode {
    AUTO,
    PLAIN,
    NONE
  }

  /// Whether colours are used.
  public enum ColorMode {
    AUTO,
    ALWAYS,
    NEVER;

    /// The style for a stream that is, or is not, a terminal.
    ///
    /// @see <a href="https://no-color.org">NO_COLOR</a>
    /// @see <a href="https://bixense.com/clicolors">CLICOLOR_FORCE</a>
    public Style style(Environment environment, boolean terminal) {
      return switch (this) {
        case ALWAYS -> Style.ANSI;
        case NEVER -> Style.PLAIN;
        case AUTO -> {
          if (environment.variable("NO_COLOR") != null) {
            yield Style.PLAIN;
          }
          String force = environment.variable("CLICOLOR_FORCE");
          if (force != null && !force.equals("0")) {
            yield Style.ANSI;
          }
          boolean dumb = "dumb".equals(environment.variable("TERM"));
          yield terminal && !dumb ? Style.ANSI : Style.PLAIN;
        }
      };
    }
  }
}
