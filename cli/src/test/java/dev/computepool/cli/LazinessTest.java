package dev.computepool.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a call of one command must not load, as the log of a fresh VM shows it.
class LazinessTest {
  private static final Pattern LOADED =
      Pattern.compile("^\\[.*\\[class,load\\] *(?:\\] )?([\\w.$]+)[ /]", Pattern.MULTILINE);

  @TempDir Path folder;

  private Set<String> loadedBy(String... args) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xshare:auto",
                "-Xlog:class+load=info:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(args));
    Tool.Result result = Tool.run(folder, command);
    assertEquals(0, result.code(), result.stderr());
    return LOADED
        .matcher(result.stdout())
        .results()
        .map((MatchResult m) -> m.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> commands(Set<String> classes) {
    return classes.stream()
        .filter(c -> c.startsWith("dev.computepool.cli.command.") && c.endsWith("Command"))
        .toList();
  }

  @Test
  void aCallLoadsTheClassOfOneCommand() throws Exception {
    Set<String> classes = loadedBy("config", "get", "threads");
    assertTrue(classes.contains("dev.computepool.cli.CommandCatalog"), "the log was understood");
    assertEquals(List.of("dev.computepool.cli.command.config.ConfigGetCommand"), commands(classes));
  }

  @Test
  void aCallWithoutSettingsLoadsNoReaderOfThem() throws Exception {
    Set<String> classes = loadedBy("config", "get", "threads");
    assertEquals(
        List.of(),
        classes.stream()
            .filter(c -> c.startsWith("com.fasterxml.") || c.startsWith("org.yaml."))
            .toList());
  }

  @Test
  void theVersionLoadsNoCommand() throws Exception {
    Set<String> classes = loadedBy("--version");
    assertEquals(List.of(), commands(classes));
    assertFalse(classes.contains("picocli.CommandLine"), "the parser was loaded");
  }

  @Test
  void theHelpLoadsNoCommand() throws Exception {
    assertEquals(List.of(), commands(loadedBy("--help")));
  }
}
