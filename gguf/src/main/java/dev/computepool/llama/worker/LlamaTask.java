package dev.computepool.llama.worker;

import dev.computepool.base.Progress;
import dev.computepool.llama.LlamaLibrary;
import java.io.IOException;
import java.io.Serializable;

/// Work for llama.cpp that is sent to a worker process, and whose result is sent back.
///
/// @param <R> the result; it and the task are records of serializable components
public interface LlamaTask<R extends Serializable> extends Serializable {
  /// Does the work, in the worker. It need not look out for cancellation: the process is ended.
  ///
  /// @throws IOException to be thrown again where the task came from
  R run(LlamaLibrary library, Progress progress) throws IOException;
}
