package dev.computepool.train.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonTest {
  @TempDir Path folder;

  private TrainConfig config(String more) throws IOException {
    return TrainConfigFile.read(
            Files.writeString(
                folder.resolve("c.yml"), "base_model: m\ninput: {dataset: d.jsonl}\n" + more))
        .config();
  }

  private String program(String script) throws IOException {
    Path file = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + script);
    assertTrue(file.toFile().setExecutable(true));
    return file.toString();
  }

  private String problem(String python) throws IOException {
    return Python.of(config("runtime: trl\n"), python)
        .orElseThrow()
        .problem("trl")
        .orElse("")
        .replace(folder.toString(), "DIR");
  }

  @Test
  void runtimesWithoutPythonNeedNone() throws IOException {
    assertEquals(Optional.empty(), Python.of(config(""), "nowhere"));
    assertEquals(
        Optional.empty(), Python.of(config("runtime: command\ncommand: {argv: [a]}\n"), "nowhere"));
  }

  @Test
  void whatIsMissingOrTooOldIsNamedWithTheCommandThatBringsIt() throws IOException {
    String python =
        program(
            """
            echo '{"version": "3.12.1", "packages": {"torch": "2.9.0+cpu",
                  "transformers": "4.40.1", "accelerate": "1.0", "peft": "0.17"}}' | tr '\\n' ' '
            """);
    PythonFacts facts = Python.of(config("runtime: trl\n"), python).orElseThrow();
    assertEquals("3.12.1", facts.version());
    assertEquals(
        Optional.of(
            "runtime trl needs transformers 4.56 (it has 4.40.1), trl, datasets, which %s (Python"
                    .formatted(python)
                + " 3.12.1) does not have"),
        facts.problem("trl"));
    assertEquals(
        Optional.of(python + " -m pip install 'transformers>=4.56' trl datasets"), facts.remedy());
  }

  @Test
  void whatIsNoPythonIsSaidSo() throws IOException {
    assertEquals(
        "runtime trl needs Python: there is no program no-such-python", problem("no-such-python"));
    assertEquals(
        "runtime trl needs Python: DIR/nothing does not exist",
        problem(folder.resolve("nothing").toString()));
    assertEquals(
        "runtime trl needs Python: DIR/python is no Python: it says hello",
        problem(program("echo hello")));
    assertEquals(
        "runtime trl needs Python: DIR/python fails: broken",
        problem(program("echo broken >&2; exit 3")));
  }

  @Test
  void versionsAreComparedByTheirNumbers() {
    Requirement requirement = new Requirement("transformers", "4.56");
    for (String version : List.of("4.56", "4.56.0", "4.57.1", "5.0.0.dev0", "10.1")) {
      assertTrue(requirement.accepts(version), version);
    }
    for (String version : List.of("4", "4.6", "4.55.9", "unknown")) {
      assertFalse(requirement.accepts(version), version);
    }
    assertEquals(Map.of(), new PythonFacts("p", "3", Map.of(), List.of(), "").packages());
  }
}
