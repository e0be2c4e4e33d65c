package dev.computepool.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Signals to processes.
final class Signals {
  private static final int INTERRUPT = 2;

  /// A build that a shell runs in the background ignores Ctrl-C, and so would all that it starts.
  private static final boolean INTERRUPT_IGNORED = isIgnored(INTERRUPT);

  private Signals() {}

  /// `command` with signals as they are for somebody who types it.
  static List<String> restored(List<String> command) {
    if (!INTERRUPT_IGNORED) {
      return command;
    }
    List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT,QUIT"));
    // The program's own path may be another one, which env would look at.
    words.add(found(command.getFirst()));
    words.addAll(command.subList(1, command.size()));
    return words;
  }

  private static String found(String program) {
    return program.contains("/")
        ? program
        : Arrays.stream(Cli.path().split(":"))
            .map(folder -> Path.of(folder, program))
            .filter(Files::isExecutable)
            .findFirst()
            .map(Path::toString)
            .orElse(program);
  }

  /// Sends one.
  ///
  /// @param signal its name without `SIG`
  static void send(String signal, long process) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(process))
              .redirectErrorStream(true)
              .start();
      String said =
          new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("cannot send " + signal + " to " + process + ": " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static boolean isIgnored(int signal) {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    try {
      return Files.readAllLines(status).stream()
          .filter(l -> l.startsWith("SigIgn:"))
          .anyMatch(l -> new BigInteger(l.substring(7).strip(), 16).testBit(signal - 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
