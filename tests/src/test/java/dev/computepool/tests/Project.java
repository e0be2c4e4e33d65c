package dev.computepool.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// Where the things under test are.
final class Project {
  /// The folder of the checkout.
  static final Path ROOT = root();

  /// The launchers of the checkout.
  static final Path BIN = ROOT.resolve("bin");

  /// The folder that a release consists of.
  static final Path DISTRIBUTION = ROOT.resolve("cli/target/computepool");

  /// What the tests give programs as `HOME`: they leave caches there, after the test too.
  static final Path HOMES = ROOT.resolve("tests/target/homes");

  /// As in `pom.xml`.
  static final String VERSION = property("computepool.version");

  private Project() {}

  private static Path root() {
    try {
      return Path.of(property("computepool.root")).toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file or folder in `shared` beside the checkout, with what other programs made.
  ///
  /// @throws org.opentest4j.TestAbortedException if there is none
  static Path shared(String name) {
    Path file = ROOT.resolveSibling("shared").resolve(name);
    Assumptions.assumeTrue(Files.exists(file), "no ../shared/" + name + " beside the checkout");
    return file;
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set; run these tests through Maven");
    }
    return value;
  }
}
