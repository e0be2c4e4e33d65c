package dev.computepool.cli.term;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All that the program takes from the process around it, so that a test can be one.
///
/// @param variables the environment variables
/// @param directory the working directory, absolute
/// @param stdout where results go
/// @param stderr where progress, notes and errors go
/// @param stdin what was piped in or is typed
public record Environment(
    Map<String, String> variables,
    Path directory,
    OutputStream stdout,
    OutputStream stderr,
    InputStream stdin,
    Terminal terminal) {

  /// The real one. Its streams are unbuffered descriptors: `PrintStream` would hide a closed pipe.
  public static Environment ofProcess() {
    return new Environment(
        System.getenv(),
        Path.of("").toAbsolutePath(),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        System.in,
        Terminal.detect());
  }

  /// The value of `name`, or null where it is unset or empty.
  public @Nullable String variable(String name) {
    String value = variables.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /// Columns to write in: those of `COLUMNS`, else those of the terminal.
  public int width() {
    String columns = variable("COLUMNS");
    return columns != null && columns.matches("[1-9][0-9]{0,4}")
        ? Integer.parseInt(columns)
        : terminal.width();
  }

  /// Whether the locale says that text is UTF-8. The first of these variables that is set decides.
  ///
  /// @see <a href="https://man7.org/linux/man-pages/man7/locale.7.html">locale(7)</a>
  public boolean isUnicode() {
    return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
        .map(this::variable)
        .filter(value -> value != null)
        .findFirst()
        .map(value -> value.toLowerCase(Locale.ROOT).replace("-", "").contains("utf8"))
        .orElse(false);
  }
}
