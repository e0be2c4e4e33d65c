package dev.computepool.sharding;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// The folder `shared` beside the root of the checkout, with files that other programs made.
public final class SharedData {
  private SharedData() {}

  /// A folder in it, found by walking up; skips the test where there is none.
  public static Path folder(String name) {
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
}
