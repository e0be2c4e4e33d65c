package dev.computepool.crawl.dataset;

import dev.computepool.base.AtomicFile;
import dev.computepool.base.BusyException;
import dev.computepool.hash.Sha256;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Questions that a model has written, on disk: a run that goes on where one was killed does not
/// ask, or pay, again. They do not grow old, since a model is asked in a way that makes it say the
/// same again.
///
/// @param folder a file for each answer, named after the SHA-256 of what was asked
/// @param use whether what is there already is used
public record StoredAnswers(Path folder, boolean use) {
  /// The answer that was given before, or null.
  ///
  /// @param model whose answer it is
  /// @param prompt all that it was told
  @Nullable String find(String model, String prompt) throws IOException {
    if (!use) {
      return null;
    }
    try {
      return Files.readString(file(model, prompt));
    } catch (NoSuchFileException | MalformedInputException e) {
      return null;
    }
  }

  /// Keeps an answer.
  void store(String model, String prompt, String answer) throws IOException {
    Path file = file(model, prompt);
    Files.createDirectories(file.getParent());
    try {
      AtomicFile.writeString(file, answer);
    } catch (BusyException e) {
      return; // another run was told the same
    }
  }

  private Path file(String model, String prompt) {
    byte[] asked = (model + "\n" + prompt).getBytes(StandardCharsets.UTF_8);
    String name = Sha256.hasher().update(asked, 0, asked.length).digest().hex();
    return folder.resolve(name.substring(0, 2)).resolve(name + ".txt");
  }
}
