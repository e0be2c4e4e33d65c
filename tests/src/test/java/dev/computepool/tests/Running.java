package dev.computepool.tests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A call that has not ended yet. Closing it kills it.
final class Running implements AutoCloseable {
  private static final long POLL_MILLIS = 10;

  /// For what follows by itself, however busy the machine is.
  private static final Duration ENDING = Duration.ofSeconds(60);

  private final List<String> command;
  private final Duration timeout;
  private final Process process;
  private final Collector stdout;
  private final Collector stderr;

  Running(List<String> command, Duration timeout, Process process) {
    this.command = command;
    this.timeout = timeout;
    this.process = process;
    this.stdout = new Collector(process.getInputStream());
    this.stderr = new Collector(process.getErrorStream());
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// The processes that it has started and that they have, as they are now.
  List<ProcessHandle> descendants() {
    return process.descendants().filter(ProcessHandle::isAlive).toList();
  }

  /// Waits until processes have ended that nobody else waits for.
  static void awaitEnd(List<ProcessHandle> processes) {
    for (ProcessHandle each : processes) {
      each.onExit().orTimeout(ENDING.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  /// What it has written to standard output so far.
  String stdout() {
    return stdout.text();
  }

  /// What it has written to standard error so far.
  String stderr() {
    return stderr.text();
  }

  /// Gives it `text` to read, and no more. One that ends without reading it does as it likes.
  void read(String text) {
    try (OutputStream input = process.getOutputStream()) {
      input.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      if (!isOver()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// Types `text`: for a call on a terminal, `"\u0003"` is Ctrl-C.
  void type(String text) {
    try {
      OutputStream input = process.getOutputStream();
      input.write(text.getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends a signal to the process. One that has just ended by itself stays as it is.
  ///
  /// @param name without `SIG`, such as `INT`
  void signal(String name) {
    try {
      Signals.send(name, process.pid());
    } catch (IllegalStateException e) {
      if (!isOver()) {
        throw e;
      }
    }
  }

  /// Whether it has ended, which the system knows a little before we do.
  private boolean isOver() {
    return endsWithin(ENDING);
  }

  /// Waits for its end, but no longer than for `time`.
  boolean endsWithin(Duration time) {
    try {
      return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was not waited for", e);
    }
  }

  /// Ends the process as a power cut would: it gets no chance to clean up. One that has just ended
  /// by itself stays as it is.
  Result kill() {
    process.destroyForcibly();
    return await();
  }

  /// Waits until standard output contains `text`.
  void awaitStdout(String text) {
    await(() -> stdout().contains(text), "'" + text + "' on standard output");
  }

  /// Waits until standard error contains `text`.
  void awaitStderr(String text) {
    await(() -> stderr().contains(text), "'" + text + "' on standard error");
  }

  /// Waits until `condition` holds.
  ///
  /// @param what is told if it never does
  void await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end || (!process.isAlive() && !condition.getAsBoolean())) {
        throw failure("ended or hung before " + what, null);
      }
      pause(Duration.ofMillis(POLL_MILLIS));
    }
  }

  /// Waits for its end.
  Result await() {
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failure("had not ended after " + timeout, null);
      }
      return new Result(process.exitValue(), stdout.whole(), stderr.whole());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was not waited for", e);
    }
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private AssertionError failure(String what, @Nullable Throwable cause) {
    return new AssertionError(
        "%s %s%nstdout: %s%nstderr: %s"
            .formatted(String.join(" ", command), what, stdout(), stderr()),
        cause);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /// Takes what comes through a pipe, so that the process never waits for a reader. Its thread is
  /// one of the system: two of them would hold all that virtual threads run on where there are two
  /// cores.
  private static final class Collector {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread reader;

    Collector(InputStream pipe) {
      reader = Thread.ofPlatform().daemon().name("pipe").start(() -> collect(pipe));
    }

    private void collect(InputStream pipe) {
      byte[] buffer = new byte[8192];
      try {
        for (int n = pipe.read(buffer); n >= 0; n = pipe.read(buffer)) {
          synchronized (bytes) {
            bytes.write(buffer, 0, n);
          }
        }
      } catch (IOException e) {
        return; // closed: nobody wants the rest
      }
    }

    String text() {
      synchronized (bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
      }
    }

    /// All that ever came. What the process left running may hold the pipe open, and is not waited
    /// for much longer.
    String whole() throws InterruptedException {
      reader.join(ENDING);
      return text();
    }
  }
}
