package dev.computepool.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// Debian's `docker-registry`, started for a test.
final class DockerRegistry implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

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
    int port = freePort();
    Files.createDirectories(folder);
    Path config =
        Files.writeString(
            folder.resolve("config.yml"),
            """
            version: 0.1
            log: {level: warn, accesslog: {disabled: true}}
            storage:
              filesystem: {rootdirectory: %s}
              delete: {enabled: true}
              redirect: {disable: true}
            http: {addr: 127.0.0.1:%d, secret: test}
            %s
            """
                .formatted(folder.resolve("data"), port, more));
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    DockerRegistry registry = new DockerRegistry(process, port);
    registry.await();
    return registry;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void await() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < end && process.isAlive()) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        pause();
      }
    }
    close();
    throw new UncheckedIOException(new IOException("docker-registry did not start"));
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
