package dev.computepool.train.run;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A checkpoint that a run was to go on from is not whole.
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  CheckpointException(Path folder, IOException why) {
    super(
        "the checkpoint %s is not whole: %s"
            .formatted(
                folder,
                why instanceof NoSuchFileException missing
                    ? "there is no " + Path.of(missing.getFile()).getFileName()
                    : within(folder, String.valueOf(why.getMessage()))),
        why);
  }

  /// Words about a file of a folder that was named already.
  private static String within(Path folder, String words) {
    String start = folder + folder.getFileSystem().getSeparator();
    return words.startsWith(start) ? words.substring(start.length()) : words;
  }
}
