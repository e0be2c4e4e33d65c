package dev.computepool.llama.worker;

import dev.computepool.base.Progress;
import dev.computepool.llama.LlamaInfo;
import dev.computepool.llama.LlamaLibrary;

/// What the library says about itself and this machine.
public record InfoTask() implements LlamaTask<LlamaInfo> {
  @Override
  public LlamaInfo run(LlamaLibrary library, Progress progress) {
    return library.info();
  }
}
