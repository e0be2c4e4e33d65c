package dev.computepool.llama.worker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.Cancellation;
import dev.computepool.base.CancelledException;
import dev.computepool.base.Progress;
import dev.computepool.llama.Libraries;
import dev.computepool.llama.LlamaLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60) // a worker that is not ended works for ten minutes
class LlamaWorkerTest {
  /// Begins, and takes longer than anybody waits.
  record Endless() implements LlamaTask<Boolean> {
    @Override
    public Boolean run(LlamaLibrary library, Progress progress) throws IOException {
      try (Progress.Step _ = progress.begin("Waiting", 1, Progress.Unit.ITEMS)) {
        Thread.sleep(TimeUnit.MINUTES.toMillis(10));
        return true;
      } catch (InterruptedException e) {
        throw new CancelledException();
      }
    }
  }

  private static WorkerProcess process() throws Exception {
    Path tests = Path.of(Endless.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path program =
        Path.of(LlamaWorker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return WorkerProcess.start(Path.of(program + ":" + tests), List.of());
  }

  /// Does `action` when a task begins.
  private static Progress atBeginning(Cancellation cancellation, Runnable action) {
    return new Progress() {
      @Override
      public Step begin(String name, long total, Unit unit) {
        action.run();
        return Progress.NONE.begin(name, total, unit);
      }

      @Override
      public Cancellation cancellation() {
        return cancellation;
      }
    };
  }

  @Test
  void endsWhenItIsCancelled() throws Exception {
    Cancellation cancellation = new Cancellation();
    WorkerProcess process = process();
    try (LlamaWorker worker = LlamaWorker.in(process, Libraries.files())) {
      assertThrows(
          CancelledException.class,
          () -> worker.run(new Endless(), atBeginning(cancellation, cancellation::cancel)));
    }
    assertTrue(process.process().waitFor(10, TimeUnit.SECONDS));
  }

  @Test
  void doesNotBeginWhatWasCancelledBefore() throws Exception {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    try (LlamaWorker worker = LlamaWorker.in(process(), Libraries.files())) {
      assertThrows(
          CancelledException.class, () -> worker.run(new Endless(), Progress.silent(cancellation)));
    }
  }

  @Test
  void endsWhenItsThreadIsInterrupted() throws Exception {
    Thread waiting = Thread.currentThread();
    WorkerProcess process = process();
    try (LlamaWorker worker = LlamaWorker.in(process, Libraries.files())) {
      assertThrows(
          CancelledException.class,
          () -> worker.run(new Endless(), atBeginning(new Cancellation(), waiting::interrupt)));
      assertTrue(Thread.interrupted());
    }
    assertTrue(process.process().waitFor(10, TimeUnit.SECONDS));
  }

  @Test
  void outlivesACancellationOfWhatIsDone() throws Exception {
    Cancellation cancellation = new Cancellation();
    try (LlamaWorker worker = LlamaWorker.in(process(), Libraries.files())) {
      assertFalse(worker.run(new InfoTask(), Progress.silent(cancellation)).version().isEmpty());
      cancellation.cancel();
      assertFalse(worker.run(new InfoTask(), Progress.NONE).version().isEmpty());
    }
  }
}
