package dev.computepool.tests;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// File systems with a flaw, mounted over a folder until they are closed.
///
/// ```java
/// try (Mounts _ = Mounts.small(folder, 1 << 20)) {
///   assertEquals(7, Cli.cp(folder).run("shard", "split", model).exitCode());
/// }
/// ```
final class Mounts implements AutoCloseable {
  private final Path folder;

  private Mounts(Path folder) {
    this.folder = folder;
  }

  /// An empty disk of `bytes` bytes over `folder`.
  ///
  /// @throws org.opentest4j.TestAbortedException if this user may not mount anything
  static Mounts small(Path folder, long bytes) {
    mount("-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", folder.toString());
    return new Mounts(folder);
  }

  /// `folder` with all that is in it, but nobody can write there, not even root.
  ///
  /// @throws org.opentest4j.TestAbortedException if this user may not mount anything
  static Mounts readOnly(Path folder) {
    mount("--bind", folder.toString(), folder.toString());
    Mounts mounted = new Mounts(folder);
    mount("-o", "remount,ro,bind", folder.toString());
    return mounted;
  }

  private static void mount(String... arguments) {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "only root can mount a file system");
    Result result = Cli.of(Path.of("mount"), Path.of("/")).run(arguments);
    Assumptions.assumeTrue(
        result.exitCode() == 0, "nothing can be mounted here: " + result.stderr());
  }

  @Override
  public void close() {
    // Lazily: a process that a failing test left behind may still have its working directory there.
    Result result = Cli.of(Path.of("umount"), Path.of("/")).run("--lazy", folder.toString());
    if (result.exitCode() != 0) {
      throw new IllegalStateException(result.stderr());
    }
  }
}
