package dev.computepool.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Runs other programs for tests, which are skipped where one is not installed.
public final class Tool {
  private Tool() {}

  /// What a program left.
  public record Result(int code, String stdout, String stderr) {}

  /// Skips the calling test unless `program` is on the path.
  public static void require(String program) {
    boolean found =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    Assumptions.assumeTrue(found, program + " is not installed");
  }

  /// Runs `command` in `directory` with a `HOME` of its own there.
  public static Result run(Path directory, List<String> command)
      throws IOException, InterruptedException {
    Path stderr = Files.createTempFile("computepool-test", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(directory.toFile()).redirectError(stderr.toFile());
      builder.environment().put("HOME", directory.toString());
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
      Process process = builder.start();
      process.getOutputStream().close();
      String stdout = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        Assertions.fail("does not end: " + command);
      }
      return new Result(process.exitValue(), stdout, Files.readString(stderr));
    } finally {
      Files.delete(stderr);
    }
  }

  /// The root of the checkout that is tested.
  public static Path projectRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("cli/pom.xml"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("no cli/pom.xml above " + Path.of("").toAbsolutePath());
    }
    return folder;
  }
}
