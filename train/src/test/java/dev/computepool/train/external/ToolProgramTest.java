package dev.computepool.train.external;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.train.config.RuntimeName;
import dev.computepool.train.config.TrainConfigFile;
import dev.computepool.train.run.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ToolProgramTest {
  private static final String CONFIG =
      """
      base_model: m
      input: {dataset: d.jsonl}
      training: {epochs: 2, batch_size: 3, warmup_steps: 5, scheduler: linear, packing: pack}
      lora: {rank: 8, alpha: 16, dropout: 0, target_modules: all-linear, dora: true}
      runtime_options: {logging_dir: logs}
      """;

  @TempDir Path run;

  private Program program(String config, @Nullable Path resume) throws IOException {
    Path file = Files.writeString(run.resolve("config.yml"), config);
    return new ToolProgram(
            TrainConfigFile.read(file).config(),
            Path.of("/models/m"),
            run.resolve("tokens/training.jsonl"),
            run.resolve("tokens/validation.jsonl"),
            "/venv/bin/python",
            2)
        .write(new RunFiles(run), Optional.ofNullable(resume));
  }

  @Test
  void settingsAreInTheNamesOfTheLibraries() throws IOException {
    program("runtime: trl\n" + CONFIG, null);
    JsonNode expected =
        new JsonMapper()
            .readTree(
                """
                {"runtime": "trl", "base_model": "/models/m", "method": "lora",
                 "train_file": "tokens/training.jsonl",
                 "validation_file": "tokens/validation.jsonl",
                 "device": "cpu", "processes": 1, "threads": 2, "precision": "auto",
                 "packing": "pack", "max_seq_len": 2048, "max_steps": 0, "log_steps": 1,
                 "eval_steps": 0, "save_steps": 0, "early_stopping_patience": 0,
                 "arguments": {"num_train_epochs": 2.0, "per_device_train_batch_size": 3,
                   "per_device_eval_batch_size": 3, "gradient_accumulation_steps": 4,
                   "learning_rate": 0.0002, "lr_scheduler_type": "linear", "warmup_steps": 5,
                   "optim": "adamw_torch", "weight_decay": 0.0, "adam_beta1": 0.9,
                   "adam_beta2": 0.999, "adam_epsilon": 1e-8, "max_grad_norm": 1.0,
                   "gradient_checkpointing": false, "seed": 42, "data_seed": 42},
                 "lora": {"r": 8, "lora_alpha": 16, "lora_dropout": 0.0,
                   "target_modules": "all-linear", "use_rslora": false, "use_dora": true,
                   "bias": "none", "task_type": "CAUSAL_LM"},
                 "runtime_options": {"logging_dir": "logs"}}
                """);
    assertEquals(
        expected.toPrettyString(),
        new JsonMapper().readTree(run.resolve("program/settings.json").toFile()).toPrettyString());
  }

  @ParameterizedTest
  @EnumSource(names = {"TRANSFORMERS", "TRL", "UNSLOTH", "AXOLOTL"})
  void theProgramLiesInTheRunsFolder(RuntimeName runtime) throws IOException {
    Program program =
        program(
            "runtime: %s\n%s".formatted(runtime.label(), CONFIG.replace("packing: pack", "")),
            run.resolve("checkpoint-40"));
    Path main = run.resolve("program/train.py");
    assertEquals(
        List.of(
            "/venv/bin/python",
            main.toString(),
            "--resume",
            run.resolve("checkpoint-40").toString()),
        program.argv());
    assertEquals(run, program.folder());
    assertTrue(Files.readString(main).contains("def train(settings, resume):"));
    try (Stream<Path> files = Files.list(run.resolve("program"))) {
      List<String> names = files.map(f -> f.getFileName().toString()).sorted().toList();
      assertEquals(
          runtime == RuntimeName.AXOLOTL
              ? List.of(
                  "axolotl.yml",
                  "computepool_axolotl.py",
                  "computepool_run.py",
                  "settings.json",
                  "train.py")
              : List.of("computepool_run.py", "settings.json", "train.py"),
          names);
    }
  }

  @Test
  void severalProcessesAreStartedByTorchrun() throws IOException {
    Program program =
        program("runtime: trl\n" + CONFIG.replace("epochs: 2", "epochs: 2, processes: 4"), null);
    assertEquals(
        List.of(
            "/venv/bin/python",
            "-m",
            "torch.distributed.run",
            "--standalone",
            "--nproc-per-node=4",
            run.resolve("program/train.py").toString()),
        program.argv());
  }

  @Test
  void axolotlGetsTheTokensAndItsOwnNames() throws IOException {
    program("runtime: axolotl\n" + CONFIG, null);
    assertEquals(
        """
        base_model: /models/m
        plugins:
        - computepool_axolotl.Reports
        datasets:
        - path: RUN/tokens/training.jsonl
          ds_type: json
          split: train
          type: null
        test_datasets:
        - path: RUN/tokens/validation.jsonl
          ds_type: json
          split: train
          type: null
        dataset_prepared_path: RUN/tokens/axolotl
        output_dir: RUN/.partial
        sequence_len: 2048
        sample_packing: true
        eval_sample_packing: false
        group_by_length: false
        train_on_inputs: false
        excess_length_strategy: truncate
        adapter: lora
        load_in_4bit: false
        lora_r: 8
        lora_alpha: 16
        lora_dropout: 0.0
        lora_target_linear: true
        peft_use_rslora: false
        peft_use_dora: true
        num_epochs: 2.0
        micro_batch_size: 3
        eval_batch_size: 3
        gradient_accumulation_steps: 4
        learning_rate: 2.0E-4
        lr_scheduler: linear
        warmup_steps: 5
        optimizer: adamw_torch
        weight_decay: 0.0
        adam_beta1: 0.9
        adam_beta2: 0.999
        adam_epsilon: 1.0E-8
        max_grad_norm: 1.0
        gradient_checkpointing: false
        bf16: false
        fp16: false
        tf32: false
        seed: 42
        logging_steps: 1
        save_strategy: "no"
        eval_strategy: "no"
        logging_dir: logs
        """
            .replace("RUN", run.toString()),
        Files.readString(run.resolve("program/axolotl.yml")));
  }
}
