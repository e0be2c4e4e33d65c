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
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// The worker process: takes from its standard input the file of a library, and then tasks, one at
/// a time.
final class WorkerMain {
  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
  private final BlockingQueue<Optional<Object>> messages =
      new LinkedBlockingQueue<>(); // empty at the end
  private final AtomicInteger unfinished = new AtomicInteger(); // messages

  private WorkerMain() {}

  /// Works until the input ends.
  public static void main(String[] args) throws Exception {
    WorkerMain worker = new WorkerMain();
    Thread.ofPlatform().daemon().name("tasks").start(worker::listen);
    // Whoever starts this process has yet to find out for which library.
    Thread.ofPlatform().daemon().name("linking").start(LlamaLibrary::prepare);
    worker.work();
  }

  /// Whoever started this process holds its input open; when that ends, so does the work.
  private void listen() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        unfinished.incrementAndGet();
        // Read here, for the library may still be loading.
        messages.add(Optional.of(Wire.object(line).orElse(line)));
      }
    } catch (IOException e) {
      Runtime.getRuntime().halt(1);
    }
    if (unfinished.get() > 0) {
      Runtime.getRuntime().halt(0);
    }
    messages.add(Optional.empty());
  }

  private void work() throws IOException, InterruptedException {
    Optional<Object> library = messages.take();
    if (library.isEmpty()) {
      return; // there was nothing to do after all
    }
    // Loading begins before there is a task: whoever names a library has one.
    Loading loading = load(Path.of((String) library.get()));
    unfinished.decrementAndGet();
    for (var message = messages.take(); message.isPresent(); message = messages.take()) {
      Message answer =
          switch (message.get()) {
            case LlamaTask<?> task ->
                switch (loading) {
                  case Loaded(LlamaLibrary loaded) -> answer(task, loaded);
                  case Refused(IOException why) -> new Message.Failed(why);
                };
            default -> new Message.Failed(new IllegalArgumentException("no task"));
          };
      unfinished.decrementAndGet();
      send(answer);
    }
  }

  private sealed interface Loading {}

  private record Loaded(LlamaLibrary library) implements Loading {}

  private record Refused(IOException why) implements Loading {}

  private static Loading load(Path library) {
    try {
      return new Loaded(LlamaLibrary.load(LlamaFiles.at(library)));
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
