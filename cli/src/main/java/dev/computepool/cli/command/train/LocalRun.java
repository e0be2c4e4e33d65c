package dev.computepool.cli.command.train;

import dev.computepool.base.Progress;
import dev.computepool.cli.Context;
import dev.computepool.cli.ErrorReporter;
import dev.computepool.cli.ExitCode;
import dev.computepool.cli.Version;
import dev.computepool.cli.output.Counts;
import dev.computepool.cli.output.Output;
import dev.computepool.cli.output.Report;
import dev.computepool.cli.output.Text;
import dev.computepool.train.run.CheckpointException;
import dev.computepool.train.run.RunFiles;
import dev.computepool.train.run.RunState;
import dev.computepool.train.run.RunStatus;
import dev.computepool.train.run.Runs;
import dev.computepool.train.runtime.LocalTraining;
import dev.computepool.train.runtime.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A run on this machine, as `train run` and `train resume` show it.
final class LocalRun {
  private static final Path MEMORY = Path.of("/proc/self/status");

  private LocalRun() {}

  /// What is trained.
  interface Work {
    /// Does it.
    Runs.Found run(LocalTraining training) throws IOException;
  }

  /// How a run ended.
  ///
  /// @param result folder with what was trained; null if the run did not come to its end
  record Ended(
      String run,
      String path,
      String status,
      @Nullable String reason,
      long step,
      long steps,
      @Nullable Double loss,
      RunState.@Nullable Best best,
      @Nullable String result)
      implements Report {
    static Ended of(Runs.Found found) {
      RunState state = found.state();
      boolean whole = found.status() == RunStatus.COMPLETED;
      return new Ended(
          state.id(),
          found.files().folder().toString(),
          found.status().label(),
          state.reason(),
          state.step(),
          state.steps(),
          state.loss(),
          state.best(),
          whole ? found.files().finalCheckpoint().toString() : null);
    }

    @Override
    public void print(Text out) {
      out.line(result == null ? path : result);
    }
  }

  static ExitCode show(Context context, Output out, Work work) throws IOException {
    try (LiveView view = new LiveView(out, context.environment())) {
      LocalTraining training =
          new LocalTraining(
              TrainingMachine.of(context),
              new Session(
                  Version.CURRENT,
                  context.threads(null),
                  LocalRun::memory,
                  Progress.silent(out.progress().cancellation())),
              Clock.systemUTC(),
              view,
              failure ->
                  new LocalTraining.Verdict(
                      ErrorReporter.words(failure, context),
                      ErrorReporter.exitCode(failure, context).code()));
      Runs.Found found = run(work, training, view, context, out);
      out.show(Ended.of(found));
      RunState state = found.state();
      String how =
          "%s: %s%s"
              .formatted(
                  found.status().label(),
                  // A program of the user's own need not tell how many there are.
                  state.steps() > 0
                      ? "%d of %d steps".formatted(state.step(), state.steps())
                      : Counts.of(state.step(), "step"),
                  state.loss() == null
                      ? ""
                      : String.format(Locale.ROOT, ", loss %.4f", state.loss()));
      out.note(state.reason() == null ? how : how + "; " + state.reason());
      if (found.status() != RunStatus.COMPLETED) {
        out.note("to go on: " + RunWords.resume(context.program(), found.files().folder()));
      }
      return ExitCode.DONE;
    }
  }

  private static Runs.Found run(
      Work work, LocalTraining training, LiveView view, Context context, Output out)
      throws IOException {
    boolean advised = false;
    // Ctrl-C may come in the middle of a step that takes long: then nobody is left to tell later.
    out.progress()
        .cancellation()
        .onCancel(() -> advise(view, context, out, "stopping as soon as this batch is done"));
    try {
      Runs.Found found = work.run(training);
      advised = true;
      return found;
    } catch (CheckpointException e) {
      advised = true; // by its hint: going on as things are would fail again
      throw e;
    } finally {
      if (!advised && !out.progress().cancellation().isCancelled()) {
        advise(view, context, out, "what is saved stays");
      }
      view.close();
    }
  }

  private static void advise(LiveView view, Context context, Output out, String what) {
    view.close();
    String folder = view.folder();
    if (folder != null && new RunFiles(Path.of(folder)).exists()) {
      out.note(
          "%s; to go on: %s".formatted(what, RunWords.resume(context.program(), Path.of(folder))));
    }
  }

  /// Bytes of memory that this process uses; -1 where the system does not tell.
  private static long memory() {
    try {
      return Files.readAllLines(MEMORY).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1; // not Linux
    }
  }
}
