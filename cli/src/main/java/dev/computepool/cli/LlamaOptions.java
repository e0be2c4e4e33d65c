package dev.computepool.cli;

import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import dev.computepool.llama.LlamaFiles;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which llama.cpp, and on how many threads.
@Under(OptionHeading.COMPUTING)
public final class LlamaOptions {
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

  /// Starts a process for a library, with the start-up cache that the launcher has for it.
  public static LlamaWorker start(LlamaFiles files) throws IOException {
    String cache = System.getProperty("computepool.worker.cache");
    return cache == null
        ? LlamaWorker.start(files)
        : LlamaWorker.start(files, "-XX:AOTCache=" + cache);
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
