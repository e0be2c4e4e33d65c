package dev.computepool.gguf;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The folder `shared` beside the root of the checkout, with files that other programs made.
final class SharedData {
  private SharedData() {}

  /// A folder in it, found by walking up; skips the test where there is none.
  static Path folder(String name) {
    Path above = Path.of("").toAbsolutePath();
    while (above != null) {
      Path folder = above.resolve("shared").resolve(name);
      if (Files.isDirectory(folder)) {
        return folder;
      }
      above = above.getParent();
    }
    assumeTrue(false, "no folder ../shared/" + name + " beside the checkout");
    throw new AssertionError();
  }

  static List<Path> files(Path folder, String glob) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
      stream.forEach(files::add);
    }
    files.sort(null);
    return files;
  }
}
