package dev.computepool.cli;

import dev.computepool.base.Cancellation;
import dev.computepool.cli.term.Environment;
import dev.computepool.cli.term.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Calls the program as a shell would, in this process: nothing of the real environment reaches
/// it, and what it writes is kept.
public final class CliRunner {
  private final Path directory;
  private final Map<String, String> variables = new HashMap<>();
  private String program = "computepool";
  private String input = "";
  private Terminal terminal = Terminal.NONE;
  private @Nullable OutputStream stdout;

  /// What a call left.
  public record Result(int code, String stdout, String stderr) {}

  /// @param directory the working directory; the user's settings are under its `home/.config`
  public CliRunner(Path directory) {
    this.directory = directory;
    variables.put("HOME", directory.resolve("home").toString());
  }

  public CliRunner with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  /// Calls it by another name.
  public CliRunner named(String program) {
    this.program = program;
    return this;
  }

  public CliRunner on(Terminal terminal) {
    this.terminal = terminal;
    return this;
  }

  public CliRunner input(String text) {
    this.input = text;
    return this;
  }

  /// Writes results to `stdout`, which may fail.
  public CliRunner to(OutputStream stdout) {
    this.stdout = stdout;
    return this;
  }

  /// Where the user's settings are.
  public Path userFile() {
    return directory.resolve("home/.config/computepool/config.yml");
  }

  public Environment environment(OutputStream out, OutputStream err) {
    return new Environment(
        Map.copyOf(variables),
        directory,
        out,
        err,
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        terminal);
  }

  /// Runs one call to its end.
  public Result run(String... args) {
    return run(new Cancellation(), args);
  }

  public Result run(Cancellation cancellation, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Environment environment = environment(stdout == null ? out : stdout, err);
    int code = new Cli(environment, cancellation, program).run(args);
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
