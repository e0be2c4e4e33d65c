package dev.computepool.cli;

import dev.computepool.base.Progress;
import dev.computepool.llama.LlamaException;
import dev.computepool.llama.LlamaInfo;
import dev.computepool.llama.worker.InfoTask;
import dev.computepool.llama.worker.LlamaWorker;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether there is a llama.cpp that can be used, and which.
public sealed interface LlamaStatus {
  /// It is there and works.
  record Working(LlamaInfo info) implements LlamaStatus {}

  /// It is not there, or does not work.
  ///
  /// @param why in the words of an error
  /// @param details what it said itself
  record Unusable(String why, List<String> details) implements LlamaStatus {}

  /// Tries the library that the settings choose, in a process of its own.
  static LlamaStatus probe(Context context) throws IOException {
    return probe(context, null);
  }

  /// Tries a library, or if it is null the one that the settings choose, in a process of its own.
  static LlamaStatus probe(Context context, @Nullable Path library) throws IOException {
    try (LlamaWorker worker = LlamaOptions.start(LlamaOptions.files(library, context))) {
      return new Working(worker.run(new InfoTask(), Progress.NONE));
    } catch (LlamaException e) {
      return new Unusable(String.valueOf(e.getMessage()), e.log());
    } catch (FileSystemException e) {
      return new Unusable("there is no " + e.getFile(), List.of());
    }
  }
}
