package dev.computepool.train.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.convert.sample.SampleDirectory;
import dev.computepool.train.config.Device;
import dev.computepool.train.config.NewConfig;
import dev.computepool.train.config.Place;
import dev.computepool.train.preflight.Estimate.Part;
import dev.computepool.train.preflight.Workload.Certainty;
import dev.computepool.train.python.PythonMissingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
  private static final String LINE =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]}\n";

  private static final String CONFIG =
      """
      base_model: ./base-model
      input: {dataset: d.jsonl, chat_template: t.jinja}
      training: {max_seq_len: 256}
      """;

  @TempDir Path folder;
  private long memory = 1L << 40;
  private Speed speed = Speed.NONE;
  private final String python = "python-that-is-not-there";

  @BeforeEach
  void writeWhatIsNamed() throws IOException {
    SampleDirectory.write(folder.resolve("base-model"), SampleDirectory.tiny(1), false);
    Files.writeString(folder.resolve("d.jsonl"), LINE.repeat(50));
    Files.writeString(
        folder.resolve("t.jinja"), "{% for m in messages %}{{ m.content }}{% endfor %}");
  }

  private PreflightReport run(String config) throws IOException {
    Path file = Files.writeString(folder.resolve("c.yml"), config);
    return Preflight.run(
        file, new Surroundings(folder.resolve("hub"), memory, Set.of(Device.CPU), speed, python));
  }

  private List<String> found(String config) throws IOException {
    return run(config).findings().stream()
        .map(
            f ->
                "%s %d:%d %s"
                    .formatted(
                        f.level().label(),
                        f.place().line(),
                        f.place().column(),
                        f.what().replace(folder.toString(), "DIR")))
        .toList();
  }

  @Test
  void aRunThatCanBeginHasEstimatesWithTheirFormulas() throws IOException {
    PreflightReport report = run(CONFIG);
    assertEquals(List.of(), report.findings());
    ModelFacts model = report.model();
    assertNotNull(model);
    assertEquals(175_040, model.parameters());
    // q: 64 to 64, v: 64 to 32, rank 16, two layers
    long trained = 2 * 16 * ((64 + 64) + (64 + 32));
    assertEquals(
        new Estimate(
            List.of(
                new Part("weights", 175_040 * 4, "175.0 K parameters × 4 bytes", true),
                new Part("adapter", trained * 4, "7.2 K parameters × 4 bytes", true),
                new Part("gradients", trained * 4, "7.2 K trained × 4 bytes", true),
                new Part("optimizer", trained * 8, "7.2 K trained × 2 moments × 4 bytes", true),
                new Part(
                    "activations",
                    4L * 256 * 2 * (8 * 64 + 4 * 64 + 4 * 32 + 5 * 160 + 14 * 64) * 4,
                    "4 × 256 tokens × 2 layers × (8·64 + 4·64 + 4·32 + 5·160 + 14·64) × 4 bytes",
                    false),
                new Part(
                    "logits",
                    3L * 4 * 256 * 693 * 4,
                    "3 × 4 × 256 tokens × 693 words × 4 bytes",
                    false),
                new Part("program", 300L << 20, "the process without a model", true)),
            memory),
        report.memory());
    Estimate disk = report.disk();
    assertNotNull(disk);
    assertEquals(
        List.of(
            new Part(
                "checkpoints",
                3 * trained * 12,
                "3 × 7.2 K trained × (4 bytes of adapter + 8 of moments)",
                true),
            new Part("result", trained * 4, "7.2 K trained × 4 bytes", true)),
        disk.parts());
    // 45 of 50 examples in batches of 16 are 3 steps an epoch.
    assertEquals(new Workload(45, Certainty.EXACT, 9, 3 * 45 * 256, null, null), report.workload());
  }

  @Test
  void checkpointingKeepsWhatGoesIntoALayer() throws IOException {
    Estimate memory = run(CONFIG.replace("256}", "256, gradient_checkpointing: true}")).memory();
    assertNotNull(memory);
    assertEquals(
        new Part(
            "activations",
            4L * 256 * (2 * 64 + 3 * (8 * 64 + 4 * 64 + 4 * 32 + 5 * 160 + 14 * 64)) * 4,
            "4 × 256 tokens × (2 layers × 64 + 3 × (8·64 + 4·64 + 4·32 + 5·160 + 14·64)) × 4 bytes",
            false),
        memory.parts().get(4));
  }

  @Test
  void logitsOfManyTokensAreThereAPieceAtATime() throws IOException {
    Estimate memory = run(CONFIG.replace("256}", "32768}")).memory();
    assertNotNull(memory);
    assertEquals(
        new Part(
            "logits",
            3L * 16_384 * 693 * 4,
            "3 × 16384 tokens at a time × 693 words × 4 bytes",
            false),
        memory.parts().get(5));
  }

  @Test
  void timeIsTheMeasuredSpeedOverAllTokens() throws IOException {
    speed = (model, config) -> Optional.of(new Speed.Measured(1000, "measured in a test"));
    assertEquals(
        new Workload(45, Certainty.EXACT, 9, 3 * 45 * 256, 35L, "measured in a test"),
        run(CONFIG).workload());
  }

  @Test
  void packedExamplesTakeFewerSteps() throws IOException {
    Workload workload = run(CONFIG.replace("256}", "256, packing: pack, max_steps: 5}")).workload();
    assertEquals(new Workload(45, Certainty.AT_MOST, 5, 5 * 16 * 256, null, null), workload);
  }

  @Test
  void aBatchThatMayNotFitIsANoteAndAModelThatDoesNotAProblem() throws IOException {
    memory = 303L << 20;
    assertEquals(
        List.of(
            "note 3:1 batches of 4 examples of 256 tokens may take 329.1 MiB of memory, this"
                + " machine has 303.0 MiB; gradient_checkpointing, or a smaller batch_size or"
                + " max_seq_len, takes less"),
        found(CONFIG));
    memory = 1 << 20;
    assertEquals(
        List.of(
            "problem 1:13 the model alone takes 300.8 MiB while it is trained, this machine has"
                + " 1.0 MiB"),
        found(CONFIG));
  }

  @Test
  void allThatIsWrongIsFoundAtOnceBesideWhatIsWrongInTheFile() throws IOException {
    Files.writeString(folder.resolve("wrong.jsonl"), LINE + "{\"messages\": 1}\n" + LINE + "x\n");
    Files.writeString(folder.resolve("file"), "");
    assertEquals(
        List.of(
            "problem 1:13 base_model qwen2.5:7b is a tag of Ollama, whose models are quantized and"
                + " cannot be trained; name Qwen/Qwen2.5-7B-Instruct, or its folder",
            "problem 2:9 runtime djl has no weights of 4 bits for method qlora; lora works, and"
                + " transformers, trl, unsloth and axolotl have them",
            "problem 3:17 workload_class C4 is not supported; C1, C2 and C3 are",
            "problem 5:12 DIR/wrong.jsonl, line 2: 'messages' is a number, not an array",
            "problem 5:12 DIR/wrong.jsonl, line 4: not JSON: 'x' is no value; texts stand in"
                + " double quotes",
            "problem 6:15 DIR/none.jsonl does not exist",
            "note 7:21 input.validation_split has no effect beside input.validation",
            "problem 9:11 training.epochs is 0, not above 0 to 100000",
            "problem 10:11 device cuda is not there: runtime djl has no library for it here",
            "problem 11:14 runtime djl does not know training.optimizer; known to: transformers,"
                + " trl, unsloth, axolotl, command",
            "problem 12:27 artifact_store s3 is not supported; local is",
            "problem 12:41 DIR/file is no folder"),
        found(
            """
            base_model: qwen2.5:7b
            method: qlora
            workload_class: C4
            input:
              dataset: wrong.jsonl
              validation: none.jsonl
              validation_split: 0.2
            training:
              epochs: 0
              device: cuda
              optimizer: adafactor
            outputs: {artifact_store: s3, download: file/x}
            """));
  }

  @Test
  void aModelIsFoundInTheCacheOfHuggingFace() throws IOException {
    String config = CONFIG.replace("./base-model", "acme/tiny");
    assertEquals(
        List.of(
            "problem 1:13 base_model acme/tiny is neither a folder nor a model in the cache of"
                + " Hugging Face, DIR/hub"),
        found(config));
    Path model = folder.resolve("hub/models--acme--tiny");
    SampleDirectory.write(
        Files.createDirectories(model.resolve("snapshots")).resolve("abc"),
        SampleDirectory.tiny(1),
        false);
    assertEquals(List.of(), found(config));
    SampleDirectory.write(model.resolve("snapshots/def"), SampleDirectory.tiny(1), false);
    assertEquals(
        List.of(
            "problem 1:13 base_model acme/tiny is in the cache of Hugging Face in 2 revisions, none"
                + " of which is main; name a folder under"
                + " DIR/hub/models--acme--tiny/snapshots"),
        found(config));
    Files.createDirectories(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), "def\n");
    ModelFacts facts = run(config).model();
    assertNotNull(facts);
    assertEquals(model.resolve("snapshots/def"), facts.folder());
    Files.writeString(model.resolve("refs/main"), "../../../base-model");
    assertEquals(1, found(config).size(), "a revision leads nowhere else");
  }

  @Test
  void whatIsNoModelIsToldFromWhatIsMissing() throws IOException {
    Files.writeString(folder.resolve("m.gguf"), "GGUF");
    assertEquals(
        List.of(
            "problem 1:13 base_model m.gguf is a GGUF file; training starts from a folder with"
                + " config.json and safetensors"),
        found(CONFIG.replace("./base-model", "m.gguf")));
    assertEquals(
        List.of("problem 1:13 base_model ./none is no folder; DIR/none does not exist"),
        found(CONFIG.replace("./base-model", "./none")));
    Files.createDirectories(folder.resolve("empty"));
    assertEquals(
        List.of(
            "problem 1:13 DIR/empty: config.json: is missing",
            "problem 1:13 DIR/empty: holds no model*.safetensors",
            "problem 1:13 DIR/empty: tokenizer.json is missing"),
        found(CONFIG.replace("./base-model", "empty")));
  }

  @Test
  void theModelMustBeOneThatIsTrained() throws IOException {
    Path config = folder.resolve("base-model/config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("LlamaForCausalLM", "FalconForCausalLM"));
    assertEquals(
        List.of(
            "problem 1:13 DIR/base-model: runtime djl does not train FalconForCausalLM; it trains"
                + " LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM,"
                + " GemmaForCausalLM, Gemma2ForCausalLM, Gemma3ForCausalLM"),
        found(CONFIG));
    String argv = "command: {argv: [sh, t.sh]}\n";
    assertEquals(List.of(), found("runtime: command\n" + CONFIG + argv));
    Files.writeString(config, text.replaceAll("\"vocab_size\" ?: ?\\d+", "\"vocab_size\": 200"));
    assertEquals(
        List.of(
            "problem 1:13 DIR/base-model: the tokenizer does not fit the model: its last token is"
                + " 692, the model has 200"),
        found(CONFIG));
  }

  @Test
  void patienceNeedsSomethingToMeasureOn() throws IOException {
    String patient = CONFIG.replace("256}", "256, early_stopping_patience: 2}");
    assertEquals(List.of(), found(patient));
    assertEquals(
        List.of(
            "problem 3:55 early_stopping_patience goes by the validation loss, and there are no"
                + " examples to measure it on: set input.validation or input.validation_split"),
        found(patient.replace("t.jinja", "t.jinja, validation_split: 0")));
    assertEquals(
        List.of(
            "note 2:69 input.validation_split has no effect beside input.validation",
            "note 2:84 input.validation is the file of input.dataset: its loss is that of what was"
                + " learned"),
        found(patient.replace("t.jinja", "t.jinja, validation_split: 0, validation: d.jsonl")));
  }

  @Test
  void chatsNeedATemplateThatIsOne() throws IOException {
    Files.writeString(folder.resolve("base-model/tokenizer_config.json"), "{}");
    assertEquals(
        List.of(
            "problem 2:1 DIR/base-model has no chat template, which format chatml needs: name one"
                + " with input.chat_template"),
        found(CONFIG.replace(", chat_template: t.jinja", "")));
    Files.writeString(folder.resolve("t.jinja"), "{% if %}");
    assertEquals(1, found(CONFIG).size());
    assertEquals(
        List.of("problem 2:42 DIR/none.jinja does not exist"),
        found(CONFIG.replace("t.jinja", "none.jinja")));
    Files.writeString(folder.resolve("d.jsonl"), "{\"text\":\"a\"}\n");
    assertEquals(List.of(), found(CONFIG.replace(", chat_template: t.jinja", ", format: text")));
  }

  @Test
  void examplesMustBeThereAndOfTheFormat() throws IOException {
    assertEquals(
        List.of("problem 2:35 the lines of DIR/d.jsonl are chatml, not alpaca"),
        found(CONFIG.replace("d.jsonl", "d.jsonl, format: alpaca")));
    Files.writeString(folder.resolve("d.jsonl"), "\n  \n");
    assertEquals(List.of("problem 2:18 DIR/d.jsonl has no examples"), found(CONFIG));
    Files.writeString(folder.resolve("d.jsonl"), "[" + LINE + "]");
    assertEquals(
        List.of("problem 2:18 DIR/d.jsonl is a JSON array; a dataset has one object on each line"),
        found(CONFIG));
    Files.writeString(folder.resolve("d.jsonl"), "{\"messages\": 1}\n".repeat(50));
    List<String> found = found(CONFIG);
    assertEquals(6, found.size());
    assertEquals(
        "problem 2:18 DIR/d.jsonl: 45 more of its first 50 lines are wrong", found.getLast());
  }

  @Test
  void modulesMustBeInTheModel() throws IOException {
    assertEquals(
        List.of(
            "problem 4:24 no linear layer of the model is called q_prj; there are lm_head,"
                + " down_proj, gate_proj, up_proj, k_proj, o_proj, q_proj, v_proj"),
        found(CONFIG + "lora: {target_modules: [q_prj, v_proj]}\n"));
    Estimate all = run(CONFIG + "lora: {target_modules: all-linear, rank: 1}\n").memory();
    assertNotNull(all);
    long layer = (64 + 64) * 2 + (64 + 32) * 2 + (64 + 160) * 3;
    assertEquals(2 * layer * 4, all.parts().get(1).bytes());
  }

  @Test
  void aRuntimeOfItsOwnNeedsItsCommand() throws IOException {
    assertEquals(
        List.of("problem 1:1 command.argv is missing: runtime command starts it"),
        found("runtime: command\n" + CONFIG));
    assertEquals(
        List.of(), found("runtime: command\n" + CONFIG + "command: {argv: [python3, t.py]}\n"));
    assertEquals(
        List.of("problem 4:18 runtime djl does not know command.argv; known to: command"),
        found(CONFIG + "command: {argv:  [python3, t.py]}\n"));
  }

  @Test
  void theProgramOfACommandMustBeThere() throws IOException {
    String config = "runtime: command\n" + CONFIG;
    assertEquals(
        List.of("problem 5:35 DIR/nowhere does not exist"),
        found(config + "command: {argv: [./t.sh], folder: nowhere}\n"));
    assertEquals(
        List.of("problem 5:17 DIR/t.sh does not exist"),
        found(config + "command: {argv: [./t.sh]}\n"));
    Path program = Files.writeString(folder.resolve("t.sh"), "");
    assertEquals(
        List.of("problem 5:17 DIR/t.sh is not executable"),
        found(config + "command: {argv: [./t.sh]}\n"));
    assertTrue(program.toFile().setExecutable(true));
    assertEquals(List.of(), found(config + "command: {argv: [./t.sh]}\n"));
    assertEquals(
        List.of("problem 5:31 DIR/t.sh is no folder"),
        found(config + "command: {argv: [sh], folder: t.sh}\n"));
  }

  @Test
  void whatARunDecidesIsNoOptionOfItsLibrary() throws IOException {
    String options = "runtime_options: {output_dir: x, logging_steps: 5, neftune_noise_alpha: 5}\n";
    assertEquals(
        List.of(
            "problem 1:10 runtime trl needs Python: there is no program " + python,
            "problem 5:18 runtime_options.output_dir is decided by the run itself",
            "problem 5:18 runtime_options.logging_steps is decided by training.log_steps"),
        found("runtime: trl\n" + CONFIG + options));
    assertEquals(
        List.of(),
        found("runtime: command\n" + CONFIG + options + "command: {argv: [python3, t.py]}\n"));
  }

  @Test
  void aModelCardIsNotWrittenByARun() throws IOException {
    assertEquals(
        List.of(
            "note 4:31 outputs.publish_model_card has no effect: a run writes no model card,"
                + " publishing its result does"),
        found(CONFIG + "outputs: {publish_model_card: true}\n"));
  }

  @Test
  void aRuntimeOfPythonNeedsWhatItIsMadeOf() throws IOException {
    assertEquals(
        List.of("problem 1:10 runtime trl needs Python: there is no program " + python),
        found("runtime: trl\n" + CONFIG));
    assertThrows(PythonMissingException.class, () -> run("runtime: trl\n" + CONFIG).throwIfAny());
    assertEquals(
        List.of("problem 1:9 runtime trl needs Python: DIR/venv/bin/python does not exist"),
        found("python: ./venv/bin/python\nruntime: trl\n" + CONFIG));
  }

  @Test
  void whatNeedsAGpuIsRefusedWithoutOne() throws IOException {
    List<String> found =
        found(
            "runtime: unsloth\nmethod: qlora\n"
                + CONFIG.replace("256", "256, optimizer: adamw_8bit, precision: f16"));
    assertEquals(
        List.of(
            "problem 1:10 runtime unsloth needs Python: there is no program " + python,
            "problem 2:9 method qlora needs a GPU: device must be cuda",
            "problem 5:1 runtime unsloth needs a GPU: device must be cuda",
            "problem 5:41 optimizer adamw_8bit needs a GPU: device must be cuda",
            "problem 5:64 f16 needs a GPU: device must be cuda"),
        found);
  }

  @Test
  void aFileThatIsNoYamlHasThatProblemAlone() throws IOException {
    PreflightReport report = run("a: b: c\n");
    assertNull(report.config());
    assertEquals(List.of(new Place(1, 5)), report.findings().stream().map(f -> f.place()).toList());
  }

  @Test
  void aNewConfigurationIsSoundOnceItsTwoPathsAreThere() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.move(folder.resolve("d.jsonl"), folder.resolve("data/train.jsonl"));
    Files.move(folder.resolve("t.jinja"), folder.resolve("base-model/chat_template.jinja"));
    // The sample was made for fewer tokens than the preset has.
    assertEquals(
        List.of("note 55:16 max_seq_len 2048 is beyond the 256 tokens that the model was made for"),
        found(NewConfig.ofPresets().text(false)));
  }
}
