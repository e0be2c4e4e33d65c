package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cp train init`, and `cp train check` of configurations, from outside.
final class TrainConfigTest {
  private static final String LINE =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
          + "{\"role\":\"assistant\",\"content\":\"b\"}]}\n";

  /// What infernet's own `train init` writes.
  private static final String INFERNET =
      """
      name: my-finetune
      base_model: qwen2.5:7b
      method: qlora
      runtime: microgpt
      workload_class: C1   # C1 single GPU | C2 sweep | C3 federated

      input:
        dataset: ./data/train.jsonl
        format: chatml     # chatml | alpaca | sharegpt | text
        validation_split: 0.1

      training:
        epochs: 3
        learning_rate: 2.0e-4
        batch_size: 4
        gradient_accumulation_steps: 4
        max_seq_len: 2048
        seed: 42

      lora:
        rank: 16
        alpha: 32
        dropout: 0.05
        target_modules: [q_proj, v_proj]

      resources:
        min_vram_gb: 8
        preferred_vram_gb: 24
        max_runtime_hours: 6
        max_price_usd: 10.0
        allow_preemptible: false

      outputs:
        artifact_store: local
        download: ./output
        publish_model_card: false
      """;

  @TempDir Path temporary;
  private Path folder = Path.of("");
  private Cli cp = Cli.cp(Path.of("."));

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(temporary.resolve("work"));
    cp = Cli.cp(folder);
  }

  private void makeModelAndDataset() throws IOException {
    assertEquals(
        0, cp.run("gguf", "sample", "base-model", "--hugging-face", "-q").exitCode(), "a model");
    Files.writeString(
        folder.resolve("base-model/chat_template.jinja"),
        "{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}");
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/train.jsonl"), LINE.repeat(50));
  }

  /// What differs from machine to machine.
  private static Result anywhere(Result result) {
    return new Result(
        result.exitCode(),
        result
            .stdout()
            .replaceAll("this machine has [0-9.]+ .iB", "this machine has MEMORY")
            .replaceAll("[0-9.]+ .iB are free", "DISK are free"),
        result.stderr());
  }

  @Test
  void itsFileMayHaveAnyNameAndPathsAreRelativeToIt() throws IOException {
    makeModelAndDataset();
    assertEquals(
        new Result(
            0,
            "wrote runs/night.yml\n",
            "next: fill it in, then 'cp train check runs/night.yml'\n"),
        cp.run("train", "init", "-o", "runs/night.yml", "--model", "base-model"));
    String written = Files.readString(folder.resolve("runs/night.yml"));
    assertTrue(written.contains("\nbase_model: ../base-model\n"), written);
  }

  @Test
  void aNewConfigurationIsWrittenOnceAndIsSoundOnceItsPathsAreThere() throws IOException {
    assertEquals(
        new Result(
            0,
            "wrote computepool.train.yml\n",
            "next: fill it in, then 'cp train check computepool.train.yml'\n"),
        cp.run("train", "init"));
    String written = Files.readString(folder.resolve("computepool.train.yml"));
    assertEquals(
        Result.failed(
            2,
            """
            error: computepool.train.yml exists already and is never overwritten
            hint: --output names another place
            """),
        cp.run("train", "init"));
    assertEquals(written, Files.readString(folder.resolve("computepool.train.yml")));
    assertEquals(
        new Result(
            2,
            """
            problem  line 8, column 13: base_model ./base-model is no folder; base-model does not exist
            problem  line 33, column 12: data/train.jsonl does not exist
            """,
            "computepool.train.yml: 2 problems\n"),
        cp.run("train", "check", "computepool.train.yml"));
    makeModelAndDataset();
    Files.writeString(
        folder.resolve("computepool.train.yml"),
        written.replace("max_seq_len: 2048", "max_seq_len: 256"));
    assertEquals(
        new Result(
            0,
            """
            base model     base-model          LlamaForCausalLM, 175040 parameters, 341.9 KiB
            dataset        data/train.jsonl    50 lines, 3.9 KiB
            work           9 steps             45 examples an epoch
            time           no measurement yet  at most 34560 tokens; 'bench train' measures this machine
            memory         at most 329.1 MiB   this machine has MEMORY
              weights      683.8 KiB           175.0 K parameters × 4 bytes
              adapter      28.0 KiB            7.2 K parameters × 4 bytes
              gradients    28.0 KiB            7.2 K trained × 4 bytes
              optimizer    56.0 KiB            7.2 K trained × 2 moments × 4 bytes
              activations  20.3 MiB            4 × 256 tokens × 2 layers × (8·64 + 4·64 + 4·32 + 5·160 + 14·64) × 4 bytes
              logits       8.1 MiB             3 × 4 × 256 tokens × 693 words × 4 bytes
              program      300.0 MiB           the process without a model
            disk           at most 280.0 KiB   DISK are free
              checkpoints  252.0 KiB           3 × 7.2 K trained × (4 bytes of adapter + 8 of moments)
              result       28.0 KiB            7.2 K trained × 4 bytes
            """,
            "computepool.train.yml: no problem\n"),
        anywhere(cp.run("train", "check", "computepool.train.yml")));
  }

  @Test
  void anInfernetFileIsReadAsItIs() throws IOException {
    Files.writeString(folder.resolve("infernet.train.yml"), INFERNET);
    assertEquals(
        new Result(
            2,
            """
            problem  line 2, column 13: base_model qwen2.5:7b is a tag of Ollama, whose models are quantized and cannot be trained; name Qwen/Qwen2.5-7B-Instruct, or its folder
            problem  line 4, column 10: runtime microgpt: it only simulates training, its loss is made up; djl trains (lora or full), without Python
            problem  line 8, column 12: data/train.jsonl does not exist
            """,
            "infernet.train.yml: 3 problems\n"),
        cp.run("train", "check", "infernet.train.yml"));
    makeModelAndDataset();
    Files.writeString(
        folder.resolve("infernet.train.yml"),
        INFERNET
            .replace("qwen2.5:7b", "base-model")
            .replace("microgpt", "djl")
            .replace("qlora", "lora")
            .replace("2048", "256"));
    Result sound = cp.run("train", "check", "infernet.train.yml");
    assertEquals(0, sound.exitCode(), sound.stdout());
    assertEquals("infernet.train.yml: no problem\n", sound.stderr());
  }

  @Test
  void theFolderHereIsToldByItsName() throws IOException {
    makeModelAndDataset();
    Files.writeString(
        folder.resolve("here.yml"), "base_model: base-model\ninput: {dataset: ., format: text}\n");
    Result told = cp.run("train", "check", "here.yml");
    assertEquals(2, told.exitCode());
    assertTrue(told.stdout().contains("problem  line 2, column 18: . is no file\n"), told.stdout());
  }

  @Test
  void allThatIsWrongIsToldAtOnceToPeopleAndPrograms() throws IOException {
    makeModelAndDataset();
    Files.writeString(folder.resolve("data/train.jsonl"), LINE + "{\"messages\": 7}\n");
    Files.writeString(
        folder.resolve("bad.yaml"),
        """
        name: no
        base_model: base-model
        method: lroa
        input: {dataset: data/train.jsonl, validation: gone.jsonl}
        training:
          learning_rate: fast
          epochs: "3"
          lr: 1
          batch_size: 010
          optimizer: adafactor
          max_seq_len: 256
        lora:
          rank: 8
          rank: 16
          target_modules: [q_prj]
        outputs:
          artifact_store: s3
        """);
    Result told = cp.run("train", "check", "bad.yaml");
    assertEquals(
        """
        problem  line 3, column 9: method is 'lroa', none of lora, qlora, full; did you mean 'lora'?
        problem  line 4, column 18: data/train.jsonl, line 2: 'messages' is a number, not an array
        problem  line 4, column 48: gone.jsonl does not exist
        problem  line 6, column 18: training.learning_rate is 'fast', not a number
        problem  line 9, column 15: training.batch_size is '010'; some read numbers that begin with 0 as octal, write it without
        problem  line 10, column 14: runtime djl does not know training.optimizer; known to: transformers, trl, unsloth, axolotl, command
        problem  line 14, column 3: lora.rank is there already, on line 13
        problem  line 15, column 19: no linear layer of the model is called q_prj; there are lm_head, down_proj, gate_proj, up_proj, k_proj, o_proj, q_proj, v_proj
        problem  line 17, column 19: artifact_store s3 is not supported; local is
        note     line 7, column 11: training.epochs has quotes and is read as the number 3
        note     line 8, column 3: training.lr is not known; did you mean training.learning_rate?
        """,
        told.stdout().substring(0, told.stdout().indexOf("\n\n") + 1));
    assertEquals("bad.yaml: 9 problems, 2 notes\n", told.stderr());
    assertEquals(2, told.exitCode());
    JsonNode json =
        JsonMapper.builder()
            .build()
            .readTree(cp.run("train", "check", "bad.yaml", "--json").stdout());
    assertFalse(json.get("ok").asBoolean());
    assertEquals(9, json.get("problem_count").asInt());
    assertEquals(
        "{\"line\":6,\"column\":18,\"key\":\"training.learning_rate\","
            + "\"what\":\"training.learning_rate is 'fast', not a number\"}",
        json.get("problems").get(3).toString());
    assertEquals("training.lr", json.get("notes").get(1).get("key").asText());
    assertEquals(175_040, json.get("model").get("parameters").asInt());
  }

  @Test
  void whatIsNoYamlOrNotThereOrForDatasetsIsAnError() throws IOException {
    Files.writeString(folder.resolve("tab.yml"), "training:\n\tepochs: 3\n");
    assertEquals(
        new Result(
            2,
            "problem  line 2, column 1: the line begins with a tab; YAML is indented with spaces\n",
            "tab.yml: 1 problem\n"),
        cp.run("train", "check", "tab.yml"));
    assertEquals(
        Result.failed(4, "error: no such file or folder: none.yml\n"),
        cp.run("train", "check", "none.yml"));
    assertEquals(
        Result.failed(
            2,
            "error: tab.yml is a configuration, and these options are for datasets: --from,"
                + " --tokenizer, --context, --near-duplicates, --fix, -o, --force,"
                + " --threads\n"),
        cp.run("train", "check", "tab.yml", "--fix"));
  }

  @Test
  void aConfigurationIsTakenFromARunWithItsPathsAndUnknownKeys() throws IOException {
    makeModelAndDataset();
    Files.createDirectories(folder.resolve("runs/one"));
    Files.writeString(
        folder.resolve("runs/one/config.yml"),
        """
        base_model: ../../base-model
        input: {dataset: ../../data/train.jsonl}
        training: {learning_rate: 1e-5, max_seq_len: 128}
        colour: blue
        """);
    Result init =
        cp.run("train", "init", "--from", "runs/one", "--output", "next/deep", "--schema", "-q");
    assertEquals(
        Result.done(
            """
            wrote next/deep/computepool.train.yml
            wrote next/deep/computepool.train.schema.json
            """),
        init);
    String text = Files.readString(folder.resolve("next/deep/computepool.train.yml"));
    Path real = folder.toRealPath();
    assertTrue(
        text.startsWith("# yaml-language-server: $schema=computepool.train.schema.json\n"), text);
    assertTrue(text.contains("\nbase_model: " + real.resolve("base-model") + "\n"), text);
    assertTrue(text.contains("\n  dataset: " + real.resolve("data/train.jsonl") + "\n"), text);
    assertTrue(text.contains("\n  learning_rate: 1.0e-5\n"), text);
    assertTrue(text.contains("\ncolour: \"blue\"\n"), text);
    Result check = cp.run("train", "check", "next/deep/computepool.train.yml");
    assertEquals(0, check.exitCode(), check.stdout());
    assertEquals("next/deep/computepool.train.yml: no problem, 1 note\n", check.stderr());
    assertEquals(
        Result.failed(
            4,
            "error: data is no run: it has none of config.yml, computepool.train.yml,"
                + " infernet.train.yml\n"),
        cp.run("train", "init", "--from", "data"));
  }

  @Test
  void pathsOfTheCommandLineBecomePathsOfTheFile() throws IOException {
    makeModelAndDataset();
    Files.writeString(folder.resolve("texts.jsonl"), "{\"text\":\"a\"}\n".repeat(20));
    Result init =
        cp.run(
            "train",
            "init",
            "--output",
            "next",
            "--model",
            "base-model",
            "--dataset",
            "texts.jsonl",
            "--dry-run");
    assertEquals("dry run: nothing was written\n", init.stderr());
    assertTrue(init.stdout().contains("\nbase_model: ../base-model\n"), init.stdout());
    assertTrue(init.stdout().contains("\n  dataset: ../texts.jsonl\n"), init.stdout());
    assertTrue(init.stdout().contains("\n  format: text\n"), init.stdout());
    assertFalse(Files.exists(folder.resolve("next")));
  }
}
