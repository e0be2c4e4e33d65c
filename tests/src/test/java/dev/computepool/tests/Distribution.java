package dev.computepool.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// The folder that users run, and copies of it.
final class Distribution {
  private Distribution() {}

  /// Copies the folder with everything in it.
  static Path copy(Path target) throws IOException {
    try (var all = Files.walk(Project.DISTRIBUTION)) {
      for (Path source : all.toList()) {
        Path copy = target.resolve(Project.DISTRIBUTION.relativize(source).toString());
        Files.copy(source, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return target;
  }

  /// The start-up caches in a copy.
  static List<Path> caches(Path folder) throws IOException {
    try (var all = Files.walk(folder.resolve("lib/aot"), 2)) {
      return all.filter(p -> p.endsWith("brief") || p.endsWith("full")).toList();
    }
  }

  /// Unpacks the archive of a release below `folder`.
  static Path unpack(Path folder) {
    String name = "computepool-" + Project.VERSION;
    Path archive = Project.ROOT.resolve("cli/target").resolve(name + ".tar.gz");
    Result result = Cli.of(Path.of("tar"), folder).run("-xzf", archive.toString());
    if (result.exitCode() != 0) {
      throw new IllegalStateException(result.stderr());
    }
    return folder.resolve(name);
  }

  /// The names, owners, modes and times of an archive, as `tar` lists them.
  static List<String> list() {
    String name = "computepool-" + Project.VERSION + ".tar.gz";
    Result result =
        Cli.of(Path.of("tar"), Project.ROOT.resolve("cli/target"))
            .env("TZ", "UTC")
            .run("-tvzf", name, "--numeric-owner", "--full-time");
    if (result.exitCode() != 0) {
      throw new IllegalStateException(result.stderr());
    }
    return result.stdout().lines().toList();
  }
}
