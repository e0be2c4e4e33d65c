package dev.computepool.llama.worker;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.FormatException;
import dev.computepool.base.Progress;
import dev.computepool.llama.LlamaException;
import dev.computepool.llama.LlamaFiles;
import dev.computepool.llama.LlamaLibrary;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// The worker process: takes tasks from its standard input, one at a time.
final class WorkerMain {
  private static final String END = ""; // no line has nothing in it

  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final AtomicInteger unfinished = new AtomicInteger(1); // tasks, and loading the library
  private final LlamaFiles files;

  private WorkerMain(LlamaFiles files) {
    this.files = files;
  }

  /// Works until the input ends.
  ///
  /// @param args the file of the library
  public static void main(String[] args) throws Exception {
    WorkerMain worker = new WorkerMain(LlamaFiles.at(Path.of(args[0])));
    Thread.ofPlatform().daemon().name("tasks").start(worker::listen);
    worker.work();
  }

  /// Whoever started this process holds its input open; when that ends, so does the work.
  private void listen() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        unfinished.incrementAndGet();
        lines.add(line);
      }
    } catch (IOException e) {
      Runtime.getRuntime().halt(1);
    }
    if (unfinished.get() > 0) {
      Runtime.getRuntime().halt(0);
    }
    lines.add(END);
  }

  private void work() throws IOException, InterruptedException {
    // Loading begins before there is a task: whoever starts a worker has one.
    Loading loading = load();
    unfinished.decrementAndGet();
    for (String line = lines.take(); !line.equals(END); line = lines.take()) {
      Message answer =
          switch (Wire.object(line).orElse(null)) {
            case LlamaTask<?> task ->
                switch (loading) {
                  case Loaded(LlamaLibrary library) -> answer(task, library);
                  case Refused(IOException why) -> new Message.Failed(why);
                };
            case null, default -> new Message.Failed(new IllegalArgumentException("no task"));
          };
      unfinished.decrementAndGet();
      send(answer);
    }
  }

  private sealed interface Loading {}

  private record Loaded(LlamaLibrary library) implements Loading {}

  private record Refused(IOException why) implements Loading {}

  private Loading load() {
    try {
      return new Loaded(LlamaLibrary.load(files));
    } catch (IOException e) {
      return new Refused(e);
    }
  }

  private Message answer(LlamaTask<?> task, LlamaLibrary library) {
    try {
      return new Message.Done(task.run(library, new SentProgress()));
    } catch (FormatException e) {
      // Its problems are not sent; whoever gave the task has read the files before.
      return new Message.Failed(new LlamaException(String.valueOf(e.getMessage()), List.of()));
    } catch (IOException | RuntimeException | Error e) {
      return new Message.Failed(e);
    }
  }

  private void send(Serializable message) throws IOException {
    synchronized (out) {
      out.write(Wire.line(message).getBytes(StandardCharsets.US_ASCII));
    }
  }

  /// Progress that is told to the process that gave the task.
  private final class SentProgress implements Progress {
    private int steps;

    @Override
    public Step begin(String name, long total, Unit unit) {
      int step = steps++;
      tell(new Message.Begun(step, name, total, unit));
      return new Step() {
        @Override
        public void advance(long amount) throws CancelledException {
          tell(new Message.Advanced(step, amount));
        }

        @Override
        public void close() {
          tell(new Message.Ended(step));
        }
      };
    }

    @Override
    public Cancellation cancellation() {
      return new Cancellation();
    }

    private void tell(Message message) {
      try {
        send(message);
      } catch (IOException e) {
        throw new UncheckedIOException("nobody listens any more", e);
      }
    }
  }
}
