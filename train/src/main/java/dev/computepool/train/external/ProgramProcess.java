package dev.computepool.train.external;

import dev.computepool.base.CancelledException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A program that runs. It does not outlive this process, however that ends: `guard.sh` sees to it.
final class ProgramProcess implements AutoCloseable {
  private static final int WAITING_LINES = 1000;
  private static final int MAX_WORDS = 30;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Times that nothing was heard from who has ended, after which nothing more is waited for.
  private static final int SILENCES = 20;

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final String GUARD = guard();

  private final Process process;
  private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(WAITING_LINES);
  private final Deque<String> words = new ArrayDeque<>();
  private final Consumer<String> log;
  private final Thread errors;
  private boolean over;
  private int silences;

  /// A line of standard output, or the end of it.
  private record Line(@Nullable String text) {}

  private ProgramProcess(Process process, Consumer<String> log) {
    this.process = process;
    this.log = log;
    Thread.ofVirtual().name("program stdout").start(this::readOutput);
    this.errors = Thread.ofVirtual().name("program stderr").start(this::readErrors);
  }

  /// Starts a program.
  ///
  /// @param log gets what is printed and tells nothing, line by line, from any thread
  static ProgramProcess start(Program program, Consumer<String> log) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "guard"));
    command.addAll(program.argv());
    ProcessBuilder builder = new ProcessBuilder(command).directory(program.folder().toFile());
    builder.environment().putAll(program.environment());
    return new ProgramProcess(builder.start(), log);
  }

  private static String guard() {
    try (InputStream in =
        Objects.requireNonNull(ProgramProcess.class.getResourceAsStream("guard.sh"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readOutput() {
    LineReader reader = new LineReader(process.getInputStream());
    try {
      try {
        for (String line = reader.next(); line != null; line = reader.next()) {
          lines.put(new Line(line));
        }
      } catch (IOException e) {
        print("nothing more could be read: " + e.getMessage());
      }
      lines.put(new Line(null));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // by nobody: the thread is ours
    }
  }

  private void readErrors() {
    LineReader reader = new LineReader(process.getErrorStream());
    try {
      for (String line = reader.next(); line != null; line = reader.next()) {
        print(line);
      }
    } catch (IOException e) {
      print("nothing more could be read: " + e.getMessage());
    }
  }

  /// Writes a line that tells nothing to the log, and remembers it.
  void print(String line) {
    synchronized (words) {
      if (words.size() == MAX_WORDS) {
        words.removeFirst();
      }
      words.addLast(line);
    }
    log.accept(line);
  }

  /// The next line of standard output; null if none came in time, or none will.
  ///
  /// @throws CancelledException if the thread is interrupted while it waits
  @Nullable String next(Duration time) throws CancelledException {
    if (over) {
      return null;
    }
    try {
      Line line = lines.poll(time.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        silences += process.isAlive() ? 0 : 1;
        return null;
      }
      silences = 0;
      over = line.text() == null;
      return line.text();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  /// Whether all that it printed on standard output was read.
  boolean isOver() {
    // What it leaves behind, such as a daemon, may hold its output open for as long as it likes.
    return over || silences >= SILENCES;
  }

  /// Waits until it has ended.
  ///
  /// @return its exit code; 128 and the number of the signal that ended it, if one did
  /// @throws CancelledException if the thread is interrupted while it waits
  int await() throws CancelledException {
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        kill(); // it has closed its output and does not end
      }
      int code = process.waitFor();
      errors.join(over ? PATIENCE : LAST_WORDS);
      return code;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  /// The last lines that it printed.
  List<String> words() {
    synchronized (words) {
      return List.copyOf(words);
    }
  }

  /// Asks it to end, by SIGTERM.
  void terminate() {
    // By its handle: Process.destroy closes the streams, and what it says at last would be lost.
    process.toHandle().destroy();
  }

  /// Ends it, and all that it started.
  void kill() {
    // The guard goes by itself once its program is gone, and tells how that ended.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    kill();
    try {
      // The guard then ends what its program left behind.
      process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
