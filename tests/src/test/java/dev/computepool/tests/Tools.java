package dev.computepool.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// Programs on the path of a test.
final class Tools {
  private static final List<String> BASIC =
      List.of(
          "cat",
          "cp",
          "date",
          "find",
          "ln",
          "mkdir",
          "mv",
          "ps",
          "readlink",
          "rm",
          "sed",
          "sh",
          "sleep",
          "stty",
          "tail",
          "touch",
          "tr",
          "wc");

  private Tools() {}

  /// A folder with the programs of the system that `bin/computepool` and a build use and those
  /// named here, to be the whole path of a call that must not find any other.
  static Path only(Path folder, String... more) throws IOException {
    Files.createDirectories(folder);
    for (String name : Stream.concat(BASIC.stream(), Stream.of(more)).toList()) {
      for (Path system : List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"))) {
        Path link = folder.resolve(name);
        if (Files.isExecutable(system.resolve(name)) && !Files.exists(link)) {
          Files.createSymbolicLink(link, system.resolve(name));
        }
      }
    }
    return folder;
  }

  /// An executable shell script.
  static Path script(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  /// What looks like the home of a JDK. Its `java` prints its own path and its last arguments.
  static Path java(Path home, String version) throws IOException {
    for (String tool : List.of("java", "javac")) {
      script(
          home.resolve("bin").resolve(tool),
          "while [ $# -gt 0 ] && [ \"$1\" != -jar ]; do shift; done",
          "[ $# -lt 2 ] || shift 2",
          "printf '%s:' \"$0\"; printf ' <%s>' \"$@\"; echo");
    }
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Fake\"\nJAVA_RUNTIME_VERSION=\"%s+1\"\nJAVA_VERSION=\"%s\"\n"
            .formatted(version, version));
    return home;
  }
}
