package dev.computepool.train.preflight;

import static java.util.Map.entry;

import dev.computepool.train.config.ArtifactStore;
import dev.computepool.train.config.Device;
import dev.computepool.train.config.Method;
import dev.computepool.train.config.Packing;
import dev.computepool.train.config.Precision;
import dev.computepool.train.config.RuntimeName;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainConfigFile;
import dev.computepool.train.config.TrainingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What a runtime cannot do is refused by name: nothing that a file asks for is left out silently.
final class RuntimeLimits {
  private static final String RUN = "the run itself";

  /// What runs are made of, by the names of transformers and axolotl, and who decides it.
  private static final Map<String, String> OURS =
      Map.ofEntries(
          entry("output_dir", RUN),
          entry("resume_from_checkpoint", RUN),
          entry("logging_strategy", RUN),
          entry("eval_strategy", RUN),
          entry("evaluation_strategy", RUN),
          entry("save_strategy", RUN),
          entry("plugins", RUN),
          entry("dataset_prepared_path", RUN),
          entry("datasets", "input.dataset"),
          entry("test_datasets", "input.validation"),
          entry("val_set_size", "input.validation_split"),
          entry("logging_steps", "training.log_steps"),
          entry("eval_steps", "training.eval_steps"),
          entry("evals_per_epoch", "training.eval_steps"),
          entry("save_steps", "training.save_steps"),
          entry("saves_per_epoch", "training.save_steps"),
          entry("save_total_limit", "training.save_total_limit"),
          entry("max_steps", "training.max_steps"),
          entry("num_train_epochs", "training.epochs"),
          entry("num_epochs", "training.epochs"),
          entry("gradient_accumulation_steps", "training.gradient_accumulation_steps"));

  private final TrainConfigFile file;
  private final TrainConfig config;
  private final Check check;

  private RuntimeLimits(TrainConfigFile file, Check check) {
    this.file = file;
    this.config = file.config();
    this.check = check;
  }

  static void check(TrainConfigFile file, Surroundings here, Check check) {
    RuntimeLimits limits = new RuntimeLimits(file, check);
    limits.everyone();
    if (check.isSound("runtime")) {
      limits.unknownKeys();
      limits.runtime(here);
      switch (file.config().runtime()) {
        case TRANSFORMERS, TRL, UNSLOTH, AXOLOTL -> limits.runtimeOptions();
        case DJL, COMMAND -> {
          // One has none, the other's are for its program.
        }
      }
    }
  }

  private void everyone() {
    switch (config.workloadClass()) {
      case C1 -> {
        // What a local run is.
      }
      case C2, C3 ->
          check.note(
              "workload_class",
              "workload_class %s is for several machines; a local run is one run on this one"
                  .formatted(config.workloadClass()));
      case C4, D1, D2, D3, D4 ->
          check.problem(
              "workload_class",
              "workload_class %s is not supported; C1, C2 and C3 are"
                  .formatted(config.workloadClass()));
    }
    if (config.outputs().artifactStore() != ArtifactStore.LOCAL) {
      check.problem(
          "outputs.artifact_store",
          "artifact_store %s is not supported; local is"
              .formatted(config.outputs().artifactStore().label()));
    }
    if (config.outputs().publishModelCard()) {
      check.note(
          "outputs.publish_model_card",
          "outputs.publish_model_card has no effect: a run writes no model card, publishing its"
              + " result does");
    }
    if (config.input().validation() != null && file.isSet("input.validation_split")) {
      check.note(
          "input.validation_split", "input.validation_split has no effect beside input.validation");
    }
    if (config.training().earlyStoppingPatience() > 0
        && config.input().validation() == null
        && config.input().validationSplit() == 0) {
      check.problem(
          "training.early_stopping_patience",
          "early_stopping_patience goes by the validation loss, and there are no examples to"
              + " measure it on: set input.validation or input.validation_split");
    }
    if (config.training().warmupSteps() > 0 && file.isSet("training.warmup_ratio")) {
      check.note(
          "training.warmup_ratio",
          "training.warmup_ratio has no effect beside training.warmup_steps");
    }
  }

  private void unknownKeys() {
    for (String key : file.unknownToRuntime()) {
      String others =
          TrainConfigFile.runtimesOf(key).stream()
              .map(RuntimeName::label)
              .collect(Collectors.joining(", "));
      check.problem(
          key,
          "runtime %s does not know %s; known to: %s"
              .formatted(config.runtime().label(), key, others));
    }
  }

  private void runtime(Surroundings here) {
    switch (config.runtime()) {
      case DJL -> embedded(here);
      case TRANSFORMERS -> {
        if (config.training().packing() == Packing.PACK) {
          check.problem(
              "training.packing",
              "runtime transformers does not pack; trl, unsloth, axolotl and djl do");
        }
        onGpu();
      }
      case UNSLOTH -> {
        if (config.training().device() == Device.CPU) {
          check.problem("training.device", "runtime unsloth needs a GPU: device must be cuda");
        }
        onGpu();
      }
      case TRL, AXOLOTL -> onGpu();
      case COMMAND -> command();
    }
  }

  private void command() {
    List<String> argv = config.command().argv();
    Path folder = config.command().folder();
    boolean there = Files.isDirectory(folder);
    if (!there && check.isSound("command.folder")) {
      check.problem(
          "command.folder",
          "%s %s".formatted(folder, Files.exists(folder) ? "is no folder" : "does not exist"));
    }
    if (!check.isSound("command.argv")) {
      return;
    }
    if (argv.isEmpty()) {
      check.problem("command.argv", "command.argv is missing: runtime command starts it");
    } else if (there && argv.getFirst().contains("/")) {
      // Other names are looked for by the system, which knows where.
      Path program = folder.resolve(argv.getFirst()).normalize();
      if (!Files.isRegularFile(program)) {
        check.problem(
            "command.argv",
            "%s %s".formatted(program, Files.exists(program) ? "is no program" : "does not exist"));
      } else if (!Files.isExecutable(program)) {
        check.problem("command.argv", program + " is not executable");
      }
    }
  }

  /// Settings of a library that the run decides: given twice, only one of them could count.
  private void runtimeOptions() {
    for (String name : config.runtimeOptions().keySet()) {
      String ours = OURS.get(name);
      if (ours != null) {
        check.problem(
            "runtime_options", "runtime_options.%s is decided by %s".formatted(name, ours));
      }
    }
  }

  /// What libraries of Python do on a GPU alone.
  private void onGpu() {
    if (config.training().device() == Device.CUDA) {
      return;
    }
    if (config.method() == Method.QLORA) {
      check.problem("method", "method qlora needs a GPU: device must be cuda");
    }
    if (config.training().precision() == Precision.F16) {
      check.problem("training.precision", "f16 needs a GPU: device must be cuda");
    }
    switch (config.training().optimizer()) {
      case ADAMW, ADAFACTOR -> {
        // These compute anywhere.
      }
      case ADAMW_8BIT, PAGED_ADAMW_8BIT ->
          check.problem(
              "training.optimizer",
              "optimizer %s needs a GPU: device must be cuda"
                  .formatted(config.training().optimizer().label()));
    }
  }

  private void embedded(Surroundings here) {
    TrainingConfig training = config.training();
    if (config.method() == Method.QLORA) {
      check.problem(
          "method",
          "runtime djl has no weights of 4 bits for method qlora; lora works, and transformers,"
              + " trl, unsloth and axolotl have them");
    }
    Device device = training.device();
    if (!here.devices().contains(device)) {
      check.problem(
          "training.device",
          "device %s is not there: runtime djl has no library for it here"
              .formatted(device.label()));
    }
    Precision precision = training.precision();
    if (precision == Precision.F16
        || (precision == Precision.BF16 && training.device() == Device.CPU)) {
      check.problem(
          "training.precision",
          "runtime djl does not compute in %s on %s; f32 and auto work"
              .formatted(precision.label(), training.device().label()));
    }
  }
}
