package dev.computepool.llama.worker;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.llama.LlamaException;
import dev.computepool.llama.LlamaFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A process with a llama.cpp library in it, which does one task after the other. Closing it ends
/// the process.
///
/// The library begins to load at once; whether it does is told by the first task.
public final class LlamaWorker implements AutoCloseable {
  private static final long LOOK_MILLIS = 500;
  private static final long END_SECONDS = 5;
  private static final int MAX_WORDS = 30;
  private static final int SIGINT = 2;
  private final Process process;
  private final Deque<String> words = new ArrayDeque<>();
  private final Thread listener;
  private boolean open = true;

  private LlamaWorker(Process process) {
    this.process = process;
    this.listener = Thread.ofVirtual().name("llama stderr").start(this::listen);
  }

  /// Starts a process for the library in `files`.
  ///
  /// @param javaOptions for its virtual machine, besides those it always gets
  public static LlamaWorker start(LlamaFiles files, String... javaOptions) throws IOException {
    return in(WorkerProcess.start(javaOptions), files);
  }

  /// Has a process that was started before load the library in `files`.
  public static LlamaWorker in(WorkerProcess started, LlamaFiles files) throws IOException {
    LlamaWorker worker = new LlamaWorker(started.process());
    worker.send(files.library().toString());
    return worker;
  }

  /// Does a task.
  ///
  /// @throws CancelledException if `progress` is cancelled meanwhile; the process is ended then
  /// @throws LlamaCrashException if the process ended
  /// @throws IOException what the task throws
  /// @throws IllegalStateException if the process was ended before
  public synchronized <R extends Serializable> R run(LlamaTask<R> task, Progress progress)
      throws IOException {
    if (!open) {
      throw new IllegalStateException("the worker is closed");
    }
    Watch watch = new Watch(progress.cancellation(), Thread.currentThread());
    Map<Integer, Progress.Step> steps = new HashMap<>();
    try {
      send(task);
      @SuppressWarnings("unchecked") // it is the result of this task
      R result = (R) receive(steps, progress);
      return result;
    } catch (IOException e) {
      if (watch.fired || e instanceof CancelledException) {
        close();
        throw new CancelledException();
      }
      throw e;
    } finally {
      watch.end();
      steps.values().forEach(Progress.Step::close);
    }
  }

  private void send(Serializable task) throws IOException {
    OutputStream in = process.getOutputStream();
    try {
      in.write(Wire.line(task).getBytes(StandardCharsets.US_ASCII));
      in.flush();
    } catch (IOException e) {
      throw ended();
    }
  }

  private Serializable receive(Map<Integer, Progress.Step> steps, Progress progress)
      throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
    while (true) {
      String line = out.readLine();
      if (line == null) {
        throw ended();
      }
      switch (Wire.object(line).orElse(null)) {
        case Message.Begun(int step, String name, long total, Progress.Unit unit) ->
            steps.put(step, progress.begin(name, total, unit));
        case Message.Advanced(int step, long amount) -> step(steps, step).advance(amount);
        case Message.Ended(int step) -> {
          step(steps, step).close();
          steps.remove(step);
        }
        case Message.Done(Serializable result) -> {
          return result;
        }
        case Message.Failed(Throwable failure) -> throw thrown(failure);
        case null, default -> note(line);
      }
    }
  }

  private static Progress.Step step(Map<Integer, Progress.Step> steps, int number) {
    Progress.Step step = steps.get(number);
    if (step == null) {
      throw new IllegalStateException("step " + number + " has not begun");
    }
    return step;
  }

  private static IOException thrown(Throwable failure) {
    return switch (failure) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> new LlamaException(String.valueOf(failure), List.of());
    };
  }

  /// What to say of a process that is no more.
  private IOException ended() throws IOException {
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      listener.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new CancelledException();
    }
    open = false;
    int code = process.exitValue();
    return code == 128 + SIGINT ? new CancelledException() : new LlamaCrashException(code, last());
  }

  /// Reads what the library prints of itself, such as the assertion that failed.
  private void listen() {
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        note(line);
      }
    } catch (IOException e) {
      note("nothing more could be read: " + e.getMessage());
    }
  }

  private void note(String line) {
    synchronized (words) {
      if (words.size() == MAX_WORDS) {
        words.removeFirst();
      }
      words.addLast(line);
    }
  }

  /// The last words, and of the virtual machine's report only what was executed.
  private List<String> last() {
    Predicate<String> telling =
        line -> !line.isBlank() && (!line.startsWith("#") || line.startsWith("# C  ["));
    synchronized (words) {
      return words.stream().filter(telling).map(line -> line.replaceFirst("^# ", "")).toList();
    }
  }

  /// Ends the process; a task that it works on ends with it.
  @Override
  public void close() {
    open = false;
    process.destroyForcibly();
  }

  /// Lets the process, which must be idle, come to its own end, so that its virtual machine can
  /// write down what it was told to.
  ///
  /// @throws CancelledException if the thread is interrupted while it waits
  public void finish() throws IOException {
    open = false;
    process.getOutputStream().close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  /// Ends the process when the user asks, or when the thread that waits for it is interrupted.
  private final class Watch {
    private final Cancellation.Listening listening;
    private final Thread thread;
    private volatile boolean fired;
    private volatile boolean over;

    Watch(Cancellation cancellation, Thread waiting) {
      listening = cancellation.onCancel(this::fire);
      if (cancellation.isCancelled()) {
        fire();
      }
      thread = Thread.ofVirtual().start(() -> look(waiting));
    }

    private void fire() {
      fired = true;
      process.destroyForcibly();
    }

    /// Nobody is told of an interrupt. It comes seldom, and each look takes a core from the
    /// library, whose threads all wait for each other.
    private void look(Thread waiting) {
      try {
        while (!over) {
          if (waiting.isInterrupted()) {
            fire();
            return;
          }
          Thread.sleep(LOOK_MILLIS);
        }
      } catch (InterruptedException e) {
        return; // by end()
      }
    }

    void end() {
      over = true;
      listening.close();
      thread.interrupt();
    }
  }
}
