package dev.computepool.train.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.chat.LineFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainConfigFileTest {
  private static final String LEAST = "base_model: m\ninput:\n  dataset: d.jsonl\n";

  @TempDir Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("c.yml"), text);
  }

  private TrainConfigFile read(String text) throws IOException {
    return TrainConfigFile.read(write(text));
  }

  private List<String> found(String text) throws IOException {
    Findings findings = new Findings();
    Optional<TrainConfigFile> _ = TrainConfigFile.read(write(text), findings);
    return findings.list().stream()
        .map(
            f ->
                "%s %d:%d %s"
                    .formatted(f.level().label(), f.place().line(), f.place().column(), f.what()))
        .toList();
  }

  @Test
  void aGpuIsCalledCuda() throws IOException {
    assertEquals(
        List.of("problem 4:20 training.device GPU: a GPU is called cuda here"),
        found(LEAST + "training: {device: GPU}\n"));
  }

  @Test
  void whatIsNotSetIsWhatTheTableSays() throws IOException {
    assertEquals(
        new TrainConfig(
            "my-finetune",
            "m",
            Method.LORA,
            RuntimeName.DJL,
            WorkloadClass.C1,
            null,
            new InputConfig(folder.resolve("d.jsonl"), LineFormat.CHATML, null, 0.1, null),
            new TrainingConfig(
                3,
                2e-4,
                4,
                4,
                2048,
                42,
                Schedule.COSINE,
                0.03,
                0,
                0,
                Optimizer.ADAMW,
                0,
                0.9,
                0.999,
                1e-8,
                1,
                false,
                Packing.BUCKETS,
                LongExamples.TRUNCATE,
                false,
                1,
                0,
                0,
                3,
                0,
                0,
                0,
                Device.CPU,
                1,
                Precision.AUTO),
            new LoraConfig(16, 32, 0.05, List.of("q_proj", "v_proj"), false, false, List.of()),
            new ResourcesConfig(8, 24, 6, 10, false),
            new OutputsConfig(ArtifactStore.LOCAL, folder.resolve("./output"), false),
            new CommandConfig(List.of(), folder, Map.of()),
            Map.of()),
        read(LEAST).config());
  }

  @ParameterizedTest
  @CsvSource({
    "2.0e-4, 2.0E-4",
    "2e-4, 2.0E-4",
    "2E-4, 2.0E-4",
    "0.0002, 2.0E-4",
    ".0002, 2.0E-4",
    "1, 1.0",
    "0.000_2, 2.0E-4",
    "'2e-4   # as others write it', 2.0E-4"
  })
  void aRateIsANumberHoweverItIsWritten(String yaml, double rate) throws IOException {
    assertEquals(
        rate,
        read(LEAST + "training:\n  learning_rate: " + yaml + "\n")
            .config()
            .training()
            .learningRate());
  }

  @ParameterizedTest
  @CsvSource({
    "abc, 'training.learning_rate is ''abc'', not a number'",
    ".nan, 'training.learning_rate is ''.nan'', not a number'",
    "1:30, 'training.learning_rate is ''1:30'', not a number'",
    "0x10, 'training.learning_rate is ''0x10'', not a number'",
    "0, 'training.learning_rate is 0, not above 0 to 1'",
    "1e999, 'training.learning_rate is 1e999, not above 0 to 1'",
    "007, 'training.learning_rate is ''007''; some read numbers that begin with 0 as octal, write"
        + " it without'",
    "[1], 'training.learning_rate is a list, not a number'",
    "{a: 1}, 'training.learning_rate is a map of keys, not a number'"
  })
  void whatIsNoRateIsToldWithItsPlace(String yaml, String what) throws IOException {
    assertEquals(
        List.of("problem 5:18 " + what), found(LEAST + "training:\n  learning_rate: " + yaml));
  }

  @Test
  void quotesAroundANumberAreANote() throws IOException {
    String text = LEAST + "training:\n  epochs: \"2\"\n";
    assertEquals(
        List.of("note 5:11 training.epochs has quotes and is read as the number 2"), found(text));
    assertEquals(2, read(text).config().training().epochs());
  }

  @ParameterizedTest
  @CsvSource({"no", "on", "3.10", "0x10", "2026-01-01", "1_000", "'~x'", "'a: b'"})
  void aNameIsTextWhateverYamlWouldMakeOfIt(String name) throws IOException {
    String yaml = name.contains(":") ? "'" + name + "'" : name;
    assertEquals(name, read("name: " + yaml + "\n" + LEAST).config().name());
  }

  @ParameterizedTest
  @CsvSource({"yes, true", "off, false", "True, true", "'\"false\"', false"})
  void whatIsTrueInYaml11IsTrue(String yaml, boolean value) throws IOException {
    assertEquals(
        value,
        read(LEAST + "training:\n  gradient_checkpointing: " + yaml + "\n")
            .config()
            .training()
            .gradientCheckpointing());
  }

  @Test
  void wordsAreReadInAnyCase() throws IOException {
    TrainConfig config =
        read(LEAST + "method: QLoRA\nruntime: TRL\nworkload_class: c2 # two machines\n").config();
    assertEquals(
        List.of(Method.QLORA, RuntimeName.TRL, WorkloadClass.C2),
        List.of(config.method(), config.runtime(), config.workloadClass()));
  }

  @Test
  void aSimulationIsRefusedWithWhatTrains() throws IOException {
    assertEquals(
        List.of(
            "problem 4:10 runtime microgpt: it only simulates training, its loss is made up;"
                + " djl trains (lora or full), without Python"),
        found(LEAST + "runtime: microgpt\n"));
  }

  @Test
  void allProblemsAreToldAtOnceInTheOrderOfTheFile() throws IOException {
    Path file =
        write(
            """
            method: lorra
            input: {format: chatlm}
            training:
              batch_size: 1.5
              epochs: *two
              seed: 1
              seed: 2
            lora:
              target_modules: q_proj, v_proj
            outputs: local
            """);
    FormatException e = assertThrows(FormatException.class, () -> TrainConfigFile.read(file));
    assertEquals(
        List.of(
            new Problem("line 1, column 1", "base_model is missing"),
            new Problem(
                "line 1, column 9",
                "method is 'lorra', none of lora, qlora, full; did you mean 'lora'?"),
            new Problem("line 2, column 1", "input.dataset is missing"),
            new Problem(
                "line 2, column 17",
                "input.format is 'chatlm', none of chatml, alpaca, sharegpt, text;"
                    + " did you mean 'chatml'?"),
            new Problem("line 4, column 15", "training.batch_size is '1.5', not a whole number"),
            new Problem("line 5, column 11", "*two is an alias; write the value itself"),
            new Problem("line 7, column 3", "training.seed is there already, on line 6"),
            new Problem(
                "line 9, column 19",
                "lora.target_modules is one text, not a list; write it as [q_proj, v_proj]"),
            new Problem(
                "line 10, column 10", "outputs is 'local', not a section with keys of its own")),
        e.problems());
  }

  @ParameterizedTest
  @CsvSource({
    "rank: 8, 1:1 rank is not known; did you mean lora.rank?",
    "lora_r: 8, 1:1 lora_r is not known; did you mean lora.rank?",
    "trainin: {}, 1:1 trainin is not known; did you mean training?",
    "training: {learning-rate: 1}, 1:12 training.learning-rate is not known; did you mean"
        + " training.learning_rate?",
    "something: else, 1:1 something is not known"
  })
  void anUnknownKeyIsANoteWithWhatWasMeant(String yaml, String note) throws IOException {
    assertEquals(List.of("note " + note), found(yaml + "\n" + LEAST));
  }

  @Test
  void aDottedNameIsTheKeyOfItsSection() throws IOException {
    assertEquals(8, read(LEAST + "lora.rank: 8\n").config().lora().rank());
    assertEquals(
        List.of("problem 5:8 lora.rank is there already, on line 4"),
        found(LEAST + "lora.rank: 8\nlora: {rank: 8}\n"));
  }

  @Test
  void unknownKeysAreKept() throws IOException {
    assertEquals(
        Map.of("x", List.of(1L, 2.5, true, "a"), "lora.y", Map.of("z", "")),
        read(LEAST + "x: [1, 2.5, true, a]\nlora:\n  y: {z: }\n").unknown());
  }

  @Test
  void settingsOfALibraryKeepTheirTypes() throws IOException {
    assertEquals(
        Map.of("bf16", true, "steps", 3L, "lr", 2e-4, "s", "3", "l", List.of("a")),
        read(LEAST + "runtime_options: {bf16: true, steps: 3, lr: 2e-4, s: '3', l: [a]}\n")
            .config()
            .runtimeOptions());
    assertEquals(
        List.of(
            "problem 4:25 bf16 is yes, which some read as true or false and some as text;"
                + " write that, or quote it"),
        found(LEAST + "runtime_options: {bf16: yes}\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "'a: b\n\tc: d', 'problem 2:1 the line begins with a tab; YAML is indented with spaces'",
    "'a: b: c', 'problem 1:5 a colon where none can be; a value with '': '' in it stands in"
        + " quotes'",
    "'- a', 'problem 1:1 settings are ''key: value'' lines, not a list'",
    "'just text', 'problem 1:1 settings are ''key: value'' lines, not ''just text'''",
    "'a: 1\n---\nb: 2', 'problem 3:1 a second document begins where one is all there is'",
    "'a: \u0001', 'problem 1:4 character U+0001 has no place in YAML'"
  })
  void whatIsNoYamlIsToldWithItsPlace(String text, String problem) throws IOException {
    assertEquals(List.of(problem), found(text));
  }

  @Test
  void endlessNestingAndSizeAreRefusedAtOnce() throws IOException {
    assertEquals(List.of("problem 1:34 nested deeper than 32 levels"), found("[".repeat(100_000)));
    Path large = write("#".repeat(2 << 20));
    FormatException e = assertThrows(FormatException.class, () -> TrainConfigFile.read(large));
    assertEquals(
        List.of(new Problem("", "2097152 bytes exceed the limit of 1048576")), e.problems());
  }

  @Test
  void noByteOfAnyFileEndsOtherwiseThanWithFindings() throws IOException {
    String text = NewConfig.ofPresets().text(false) + LEAST + "x: &a [1, {b: \"c\\u00e9\"}]\n";
    for (int end = 0; end < text.length(); end += 29) {
      assertTrue(found(text.substring(0, end)).size() < 20, "cut at " + end);
    }
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    TrainConfigFile first =
        read(
            LEAST
                + """
                name: 'a: #b'
                method: full
                lora: {target_modules: all-linear, alpha: 0.5}
                runtime: command
                command: {argv: [python3, 'my run.py'], env: {A: "1", B: 'x y'}}
                runtime_options: {deep: {list: [1, two]}}
                training: {adam_epsilon: 1e-10, later: [1]}
                mine: kept
                """);
    Path copy = Files.createDirectories(folder.resolve("deep/er"));
    NewConfig.of(first).write(copy.resolve(NewConfig.NAME), true);
    TrainConfigFile second = TrainConfigFile.read(copy.resolve(NewConfig.NAME));
    assertEquals(first.config().training(), second.config().training());
    assertEquals(first.config().lora(), second.config().lora());
    assertEquals(first.config().command(), second.config().command());
    assertEquals(first.config().runtimeOptions(), second.config().runtimeOptions());
    assertEquals(first.config().name(), second.config().name());
    assertEquals(first.unknown(), second.unknown());
    assertEquals(
        folder.resolve("d.jsonl").toAbsolutePath().normalize(), second.config().input().dataset());
    assertEquals(
        folder.resolve("output").toAbsolutePath().normalize(),
        second.config().outputs().download());
    assertEquals(Files.readString(copy.resolve(NewConfig.SCHEMA_NAME)), ConfigSchema.text());
  }

  @Test
  void everyPresetStandsInANewFileAndIsReadAsItself() throws IOException {
    // Every key is set once the marks of comments are gone.
    String all =
        NewConfig.ofPresets()
            .text(false)
            .lines()
            .map(line -> line.replaceFirst("^( *)#(?! )", "$1").replaceFirst("^#  (?! )", "  "))
            .reduce("", (a, b) -> a + b + "\n");
    TrainConfigFile file = read(all);
    assertEquals(List.of(), file.findings());
    for (Key<?> key : Keys.all()) {
      assertTrue(
          all.contains("\n" + (key.section().isEmpty() ? "" : "  ") + key.name() + ":"),
          key.path());
      assertEquals(
          key.preset() != null || key.level() == Key.Level.REQUIRED,
          file.isSet(key.path()),
          key.path());
    }
    assertEquals(read(NewConfig.ofPresets().text(false)).config(), file.config());
  }

  @Test
  void aRuntimeIsAskedWhatItKnows() throws IOException {
    String text = LEAST + "training: {optimizer: adafactor}\nlora: {dora: false}\n";
    assertEquals(List.of("training.optimizer"), read(text).unknownToRuntime());
    assertEquals(List.of(), read("runtime: trl\n" + text).unknownToRuntime());
  }

  @Test
  void aNewFileSaysWhatWasSet() throws IOException {
    Path file = folder.resolve("new.yml");
    NewConfig.ofPresets()
        .set("method", "full")
        .set("training.epochs", "1.5")
        .set("lora.target_modules", "[q_proj, o_proj]")
        .write(file, false);
    TrainConfigFile read = TrainConfigFile.read(file);
    assertEquals(Method.FULL, read.config().method());
    assertEquals(1.5, read.config().training().epochs());
    assertEquals(List.of("q_proj", "o_proj"), read.config().lora().targetModules());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lora.rnk | 8 | lora.rnk is not known; did you mean lora.rank?",
        "training.epochs | many | training.epochs is 'many', not a number",
        "training.epochs | [ | ",
        "training | 3 | training is '3', not a section with keys of its own",
      })
  void aKeyThatIsWrongIsNotSet(String key, String value, String what) {
    FormatException e =
        assertThrows(FormatException.class, () -> NewConfig.ofPresets().set(key, value));
    assertEquals(key + "=" + value, e.file());
    if (what != null) {
      assertEquals(List.of(new Problem("", what)), e.problems());
    }
  }
}
