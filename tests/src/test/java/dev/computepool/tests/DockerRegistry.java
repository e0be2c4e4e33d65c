package dev.computepool.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/// Debian's `docker-registry`, started for a test.
final class DockerRegistry implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");
  private static final Pattern LISTENS = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");

  private final Process process;
  private final int port;

  private DockerRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Starts one that keeps its data in `folder`.
  ///
  /// @throws org.opentest4j.TestAbortedException if it is not installed
  static DockerRegistry start(Path folder) throws IOException {
    return start(folder, "");
  }

  /// Starts one with more lines in its configuration.
  static DockerRegistry start(Path folder, String more) throws IOException {
    Assumptions.assumeTrue(
        Files.isExecutable(PROGRAM), "docker-registry is not installed; .ci/run installs it");
    Files.createDirectories(folder);
    Path config =
        Files.writeString(
            folder.resolve("config.yml"),
            """
            version: 0.1
            log: {level: info, accesslog: {disabled: true}}
            storage:
              filesystem: {rootdirectory: %s}
              delete: {enabled: true}
              redirect: {disable: true}
            http: {addr: '127.0.0.1:0', secret: test}
            %s
            """
                .formatted(folder.resolve("data"), more));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new DockerRegistry(process, port(process, log));
  }

  /// The free port that it has taken, which its log tells once it listens.
  private static int port(Process process, Path log) throws IOException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (true) {
      boolean over = !process.isAlive() || System.nanoTime() > end;
      Matcher listens = LISTENS.matcher(Files.readString(log));
      if (listens.find()) {
        return Integer.parseInt(listens.group(1));
      }
      if (over) {
        process.destroyForcibly();
        throw new IOException("docker-registry does not start: " + Files.readString(log));
      }
      Running.pause(Duration.ofMillis(50));
    }
  }

  /// `127.0.0.1:PORT`.
  String host() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
