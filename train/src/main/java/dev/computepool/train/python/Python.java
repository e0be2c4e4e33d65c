package dev.computepool.train.python;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.CancelledException;
import dev.computepool.train.config.TrainConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Asks a Python what is installed in it, without loading any of it: that alone takes seconds.
public final class Python {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long SECONDS = 20;
  private static final int MAX_WORDS = 200;

  // The working directory is taken off the path: a random.py there is none of Python's.
  private static final String QUESTION =
      """
      import sys
      sys.path.pop(0)
      import importlib.metadata, json
      found = {}
      for name in sys.argv[1:]:
          try:
              found[name] = importlib.metadata.version(name)
          except importlib.metadata.PackageNotFoundError:
              pass
      print(json.dumps({"version": sys.version.split()[0], "packages": found}))
      """;

  private Python() {}

  /// The Python of a configuration, and whether it has what its runtime needs.
  ///
  /// @param usual a file, or a name on the path, if the configuration has none
  /// @return nothing for runtimes without Python
  public static Optional<PythonFacts> of(TrainConfig config, String usual) throws IOException {
    List<Requirement> needed = Requirement.of(config);
    if (needed.isEmpty()) {
      return Optional.empty();
    }
    Path own = config.python();
    String executable = own == null ? usual : own.toAbsolutePath().normalize().toString();
    if (executable.contains("/") && !Files.isExecutable(Path.of(executable))) {
      return Optional.of(
          trouble(
              executable,
              executable
                  + (Files.exists(Path.of(executable)) ? " is no program" : " does not exist")));
    }
    return Optional.of(ask(executable, needed));
  }

  private static PythonFacts ask(String executable, List<Requirement> needed) throws IOException {
    List<String> command = new ArrayList<>(List.of(executable, "-c", QUESTION));
    needed.forEach(requirement -> command.add(requirement.name()));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return trouble(executable, "there is no program " + executable);
    }
    try {
      process.getOutputStream().close();
      // It says little: the pipe holds all of it, and it is read once the process has ended.
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        return trouble(executable, "%s did not answer in %d s".formatted(executable, SECONDS));
      }
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.exitValue() == 0
          ? facts(executable, said, needed)
          : trouble(executable, "%s fails: %s".formatted(executable, last(said)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } finally {
      process.destroyForcibly();
    }
  }

  private static PythonFacts facts(String executable, String said, List<Requirement> needed) {
    JsonNode answer;
    try {
      answer = JSON.readTree(lastLine(said));
    } catch (JsonProcessingException e) {
      return trouble(executable, "%s is no Python: it says %s".formatted(executable, last(said)));
    }
    String version = answer.path("version").asText("");
    if (version.isEmpty()) {
      return trouble(executable, "%s is no Python: it says %s".formatted(executable, last(said)));
    }
    Map<String, String> packages = new TreeMap<>();
    answer.path("packages").forEachEntry((name, value) -> packages.put(name, value.asText()));
    List<Requirement> lacking =
        needed.stream()
            .filter(r -> !packages.containsKey(r.name()) || !r.accepts(packages.get(r.name())))
            .toList();
    return new PythonFacts(executable, version, packages, lacking, "");
  }

  private static String lastLine(String said) {
    return said.lines().reduce("nothing", (_, later) -> later);
  }

  /// The last line, no longer than a message may be.
  private static String last(String said) {
    String line = lastLine(said);
    return line.length() > MAX_WORDS ? line.substring(0, MAX_WORDS) + "…" : line;
  }

  private static PythonFacts trouble(String executable, String what) {
    return new PythonFacts(executable, "", Map.of(), List.of(), what);
  }
}
