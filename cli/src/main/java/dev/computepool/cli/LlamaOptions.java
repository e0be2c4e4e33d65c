package dev.computepool.cli;

import dev.computepool.base.CancelledException;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import dev.computepool.llama.LlamaFiles;
import dev.computepool.llama.worker.LlamaWorker;
import dev.computepool.llama.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which llama.cpp, and on how many threads.
@Under(OptionHeading.COMPUTING)
public final class LlamaOptions {
  /// What {@link #startAhead} began, until somebody takes it.
  private static final AtomicReference<@Nullable FutureTask<WorkerProcess>> ahead =
      new AtomicReference<>();

  @Option(
      names = "--llama-lib",
      paramLabel = "PATH",
      description = "A llama.cpp library of your own: its file, or the folder that holds it.")
  private @Nullable Path library;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads that compute; default: the setting 'threads', or one a core.")
  private @Nullable Integer threads;

  /// Starts a process for the library that the flag, the settings, or nobody chose.
  public LlamaWorker start(Context context) throws IOException {
    return start(files(library, context));
  }

  /// Begins to start a process for whichever library will be chosen, while the command line is
  /// still to be read. The launcher says when that is worth it.
  static void startAhead() {
    FutureTask<WorkerProcess> starting = new FutureTask<>(LlamaOptions::process);
    Thread.ofPlatform().daemon().name("llama start").start(starting);
    ahead.set(starting);
  }

  /// Starts a process for a library, unless one was started ahead.
  public static LlamaWorker start(LlamaFiles files) throws IOException {
    FutureTask<WorkerProcess> started = ahead.getAndSet(null);
    try {
      return LlamaWorker.in(started == null ? process() : started.get(), files);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } catch (ExecutionException e) {
      throw new IOException("no process for llama.cpp could be started", e.getCause());
    }
  }

  /// A process with the start-up cache that the launcher has for it.
  private static WorkerProcess process() throws IOException {
    String cache = System.getProperty("computepool.worker.cache");
    return cache == null ? WorkerProcess.start() : WorkerProcess.start("-XX:AOTCache=" + cache);
  }

  /// Threads that compute, at least one.
  public int threads(Context context) throws IOException {
    return context.threads(threads);
  }

  /// The library that the settings choose, or the one that came with this program.
  public static LlamaFiles files(Context context) throws IOException {
    return files(null, context);
  }

  /// The library that a flag, the settings, or nobody chose.
  static LlamaFiles files(@Nullable Path flag, Context context) throws IOException {
    String setting = context.config().setting(ConfigKey.LLAMA_LIB).value();
    if (flag != null) {
      return LlamaFiles.at(flag);
    }
    return setting.isEmpty() ? LlamaFiles.bundled() : LlamaFiles.at(Path.of(setting));
  }
}
