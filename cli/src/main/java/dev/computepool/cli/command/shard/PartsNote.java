package dev.computepool.cli.command.shard;

import dev.computepool.cli.output.Output;
import dev.computepool.gguf.split.ModelSource;

/// Tells that more files are read than the one that was named.
final class PartsNote {
  private PartsNote() {}

  static void show(ModelSource model, Output out) {
    if (model.isSet()) {
      out.note(
          "%s and the other %d parts are taken as one model, %s"
              .formatted(model.path(), model.stamps().size() - 1, model.fileName()));
    }
    for (String key : model.dropped()) {
      out.warn("only later parts have the key %s: it is left out".formatted(key));
    }
  }
}
