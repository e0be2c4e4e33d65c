package dev.computepool.publish;

import dev.computepool.base.AtomicDirectory;
import dev.computepool.convert.adapter.AdapterMerge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a model with an adapter in it says about itself, before it is made: its configuration,
/// tokenizer and templates, in a folder that is there until this is closed.
///
/// An adapter may have been trained with a template of its own.
final class MergedTexts implements AutoCloseable {
  private final Path folder;

  private MergedTexts(Path folder) {
    this.folder = folder;
  }

  /// Those of a merge that was planned.
  static MergedTexts of(AdapterMerge merge) throws IOException {
    MergedTexts texts = new MergedTexts(Files.createTempDirectory("computepool-texts"));
    boolean opened = false;
    try {
      for (Path file : merge.copied()) {
        Files.copy(file, texts.folder.resolve(file.getFileName()));
      }
      opened = true;
      return texts;
    } finally {
      if (!opened) {
        texts.close();
      }
    }
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    AtomicDirectory.deleteTree(folder);
  }
}
