package dev.computepool.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A way to call the program, or any other: a folder, an environment, what comes on standard input.
///
/// Nothing of the environment of the tests gets through but the path: `HOME` is an empty folder.
///
/// ```java
/// assertEquals(Result.done("computepool 0.1.0\n"), Cli.cp(folder).run("--version"));
/// Result result = Cli.cp(folder).env("COMPUTEPOOL_THREADS", "1").run("shard", "verify", "tiny");
/// try (Running split = Cli.cp(folder).start("shard", "split", "big.gguf")) {
///   split.awaitStderr("%");
///   split.signal("INT");
///   assertEquals(130, split.await().exitCode());
/// }
/// ```
///
/// @param command the program, with arguments that every call has
/// @param directory the working directory
/// @param timeout after which a call is killed and the test fails
record Cli(
    List<String> command,
    Path directory,
    Map<String, String> environment,
    String stdin,
    Duration timeout) {

  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /// `bin/cp` of the checkout.
  static Cli cp(Path directory) {
    return of(Project.BIN.resolve("cp"), directory);
  }

  /// `bin/computepool` of the checkout.
  static Cli computepool(Path directory) {
    return of(Project.BIN.resolve("computepool"), directory);
  }

  /// Any executable file.
  static Cli of(Path program, Path directory) {
    return new Cli(List.of(program.toString()), directory, environment(directory), "", TIMEOUT);
  }

  /// A shell for scripts in which `cp` is the one of the checkout; its argument is the script.
  static Cli shell(Path directory) {
    Cli sh = of(Path.of("/bin/sh"), directory);
    return sh.withArguments("-c").env("PATH", Project.BIN + ":" + path());
  }

  /// What a program finds if nothing else is said.
  private static Map<String, String> environment(Path directory) {
    try {
      String folder = directory.toAbsolutePath().normalize().toString();
      Path home = Project.HOMES.resolve(folder.replace('/', '-'));
      Files.createDirectories(home);
      return Map.of("PATH", path(), "HOME", home.toString(), "LANG", "C.UTF-8");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where the tests themselves find programs.
  static String path() {
    return System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
  }

  /// The same call of another program.
  Cli withProgram(Path program) {
    return new Cli(List.of(program.toString()), directory, environment, stdin, timeout);
  }

  /// The same with another folder to work in; `HOME` stays where it is.
  Cli in(Path other) {
    return new Cli(command, other, environment, stdin, timeout);
  }

  /// The same with one more variable, or another value for it.
  Cli env(String name, String value) {
    Map<String, String> all = new TreeMap<>(environment);
    all.put(name, value);
    return new Cli(command, directory, Map.copyOf(all), stdin, timeout);
  }

  /// The same without a variable.
  Cli withoutEnv(String name) {
    Map<String, String> all = new TreeMap<>(environment);
    all.remove(name);
    return new Cli(command, directory, Map.copyOf(all), stdin, timeout);
  }

  /// The same with something to read on standard input, which is otherwise empty.
  Cli stdin(String text) {
    return new Cli(command, directory, environment, text, timeout);
  }

  Cli timeout(Duration other) {
    return new Cli(command, directory, environment, stdin, other);
  }

  /// The same with arguments that go before those of each call.
  Cli withArguments(String... arguments) {
    return new Cli(words(arguments), directory, environment, stdin, timeout);
  }

  /// Calls it and waits for its end.
  Result run(String... arguments) {
    try (Running running = start(arguments)) {
      return running.await();
    }
  }

  /// Calls it and lets it run.
  Running start(String... arguments) {
    Running running = new Running(words(arguments), timeout, launch(words(arguments)));
    running.read(stdin);
    return running;
  }

  /// Calls it on a terminal of its own; standard output then has both streams.
  ///
  /// @throws org.opentest4j.TestAbortedException if there is nothing here to make a terminal with
  Result runOnTerminal(String... arguments) {
    try (Running running = startOnTerminal(arguments)) {
      return running.await();
    }
  }

  /// Calls it on a terminal of its own, 100 columns wide, and lets it run.
  ///
  /// @throws org.opentest4j.TestAbortedException if there is nothing here to make a terminal with
  Running startOnTerminal(String... arguments) {
    List<String> words = Terminal.wrap(words(arguments));
    return new Running(words, timeout, launch(words));
  }

  private List<String> words(String... arguments) {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of(arguments));
    return List.copyOf(words);
  }

  private Process launch(List<String> words) {
    ProcessBuilder builder =
        new ProcessBuilder(Signals.restored(words)).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
