package dev.computepool.train.config;

import dev.computepool.chat.LineFormat;
import dev.computepool.train.config.Key.Level;
import dev.computepool.train.config.Kind.Choice;
import dev.computepool.train.config.Kind.FilePath;
import dev.computepool.train.config.Kind.Flag;
import dev.computepool.train.config.Kind.Names;
import dev.computepool.train.config.Kind.Real;
import dev.computepool.train.config.Kind.Text;
import dev.computepool.train.config.Kind.Whole;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The table of all keys, in the order in which a new configuration has them. The reader, the
/// schema, the template and the documentation are made of it.
final class Keys {
  private static final int MANY = Integer.MAX_VALUE;
  private static final Set<RuntimeName> ALL = EnumSet.allOf(RuntimeName.class);
  private static final Set<RuntimeName> PYTHON =
      EnumSet.of(
          RuntimeName.TRANSFORMERS,
          RuntimeName.TRL,
          RuntimeName.UNSLOTH,
          RuntimeName.AXOLOTL,
          RuntimeName.COMMAND);

  private static final Set<RuntimeName> LIBRARIES =
      EnumSet.of(
          RuntimeName.TRANSFORMERS, RuntimeName.TRL, RuntimeName.UNSLOTH, RuntimeName.AXOLOTL);

  private static final List<Key<?>> TABLE = new ArrayList<>();

  static final Key<String> NAME =
      usual("name", new Text(), "my-finetune", "What you call this training.");
  static final Key<String> BASE_MODEL =
      required(
          "base_model",
          new Text(),
          "The model to start from: a folder, or ORG/NAME of a model in the local Hugging Face"
              + " cache.",
          "model_name_or_path",
          "model");
  static final Key<Method> METHOD =
      usual(
          "method",
          Choice.of(Method.class),
          Method.LORA,
          "What is trained: small matrices beside the weights (lora), the same beside weights of"
              + " 4 bits (qlora), or all weights (full).",
          "adapter",
          "finetuning_type");
  static final Key<RuntimeName> RUNTIME =
      usual(
          "runtime",
          Choice.of(RuntimeName.class)
              .refusing(
                  "microgpt",
                  "it only simulates training, its loss is made up; djl trains (lora or full),"
                      + " without Python"),
          RuntimeName.DJL,
          "Who trains: this program (djl), a Python library, or a command of yours.",
          "backend");
  static final Key<WorkloadClass> WORKLOAD_CLASS =
      rare(
          "workload_class",
          Choice.of(WorkloadClass.class),
          WorkloadClass.C1,
          ALL,
          "One machine (C1), several runs on machines of yours (C2), federated (C3); others are"
              + " not supported.");

  static final Key<String> PYTHON_FILE =
      rare(
          "python",
          new FilePath(),
          null,
          LIBRARIES,
          "The Python that has the library of the runtime, such as ./venv/bin/python; otherwise"
              + " that of the setting python.",
          "python_path",
          "python_executable");

  static final Key<String> DATASET =
      required(
          "input.dataset",
          new FilePath(),
          "The examples, one JSON object a line.",
          "datasets",
          "dataset",
          "dataset_path",
          "data",
          "train_file");
  static final Key<LineFormat> FORMAT =
      usual(
          "input.format",
          new Choice<>(List.of(LineFormat.values()), LineFormat::label, Map.of()),
          LineFormat.CHATML,
          "How a line says what it says.",
          "dataset_format");
  static final Key<Double> VALIDATION_SPLIT =
      usual(
          "input.validation_split",
          Real.below(0, 1),
          0.1,
          "The share of the examples that is not learnt from but measured on; 0 for none.",
          "val_set_size",
          "test_size",
          "eval_split");
  static final Key<String> VALIDATION =
      rare(
          "input.validation",
          new FilePath(),
          null,
          ALL,
          "Examples to measure on, in a file of their own; takes the place of validation_split.",
          "validation_file",
          "eval_dataset",
          "test_datasets");
  static final Key<String> CHAT_TEMPLATE =
      rare(
          "input.chat_template",
          new FilePath(),
          null,
          ALL,
          "A .jinja file that takes the place of the model's chat template, or of the one that it"
              + " lacks.",
          "chat_template_jinja");

  static final Key<Double> EPOCHS =
      usual(
          "training.epochs",
          Real.above(0, 100_000),
          3.0,
          "Passes over the examples.",
          "num_epochs",
          "num_train_epochs");
  static final Key<Double> LEARNING_RATE =
      usual(
          "training.learning_rate", Real.above(0, 1), 2e-4, "How far a step goes, at most.", "lr");
  static final Key<Integer> BATCH_SIZE =
      usual(
          "training.batch_size",
          new Whole(1, 65_536),
          4,
          "Examples that are computed together; memory grows with it.",
          "micro_batch_size",
          "per_device_train_batch_size",
          "train_batch_size");
  static final Key<Integer> GRADIENT_ACCUMULATION_STEPS =
      usual(
          "training.gradient_accumulation_steps",
          new Whole(1, 65_536),
          4,
          "Batches that make one step; memory does not grow with it.",
          "gradient_accumulation",
          "grad_accum");
  static final Key<Integer> MAX_SEQ_LEN =
      usual(
          "training.max_seq_len",
          new Whole(2, 1 << 24),
          2048,
          "Tokens of the longest example.",
          "sequence_len",
          "max_seq_length",
          "max_length",
          "cutoff_len");
  static final Key<Integer> SEED =
      usual(
          "training.seed",
          new Whole(0, MANY),
          42,
          "With the same seed, threads and machine, training ends with the same weights.",
          "random_state");
  static final Key<Schedule> SCHEDULER =
      rare(
          "training.scheduler",
          Choice.of(Schedule.class),
          Schedule.COSINE,
          ALL,
          "How the learning rate falls after the warm-up.",
          "lr_scheduler",
          "lr_scheduler_type");
  static final Key<Double> WARMUP_RATIO =
      rare(
          "training.warmup_ratio",
          Real.from(0, 1),
          0.03,
          ALL,
          "The share of all steps in which the learning rate rises from 0.");
  static final Key<Integer> WARMUP_STEPS =
      rare(
          "training.warmup_steps",
          new Whole(0, MANY),
          0,
          ALL,
          "The same as a number of steps; 0 to go by warmup_ratio.");
  static final Key<Double> MIN_LEARNING_RATE_RATIO =
      rare(
          "training.min_learning_rate_ratio",
          Real.from(0, 1),
          0.0,
          EnumSet.of(RuntimeName.DJL, RuntimeName.AXOLOTL, RuntimeName.COMMAND),
          "Where the learning rate ends, as a share of learning_rate.",
          "cosine_min_lr_ratio",
          "min_lr_ratio");
  static final Key<Optimizer> OPTIMIZER =
      rare(
          "training.optimizer",
          Choice.of(Optimizer.class),
          Optimizer.ADAMW,
          PYTHON,
          "What turns gradients into steps; djl has adamw.",
          "optim");
  static final Key<Double> WEIGHT_DECAY =
      rare(
          "training.weight_decay",
          Real.from(0, 1),
          0.0,
          ALL,
          "How much of the trained weights a step takes away, times the learning rate.");
  static final Key<Double> ADAM_BETA1 =
      rare(
          "training.adam_beta1",
          Real.below(0, 1),
          0.9,
          ALL,
          "How long the mean of the gradients lasts.",
          "beta1");
  static final Key<Double> ADAM_BETA2 =
      rare(
          "training.adam_beta2",
          Real.below(0, 1),
          0.999,
          ALL,
          "How long the mean of their squares lasts.",
          "beta2");
  static final Key<Double> ADAM_EPSILON =
      rare(
          "training.adam_epsilon",
          Real.above(0, 1),
          1e-8,
          ALL,
          "What is added to the root that gradients are divided by.",
          "eps");
  static final Key<Double> MAX_GRAD_NORM =
      rare(
          "training.max_grad_norm",
          Real.from(0, 1_000_000),
          1.0,
          ALL,
          "Gradients longer than this are scaled down to it; 0 to leave them.",
          "gradient_clipping",
          "grad_clip");
  static final Key<Boolean> GRADIENT_CHECKPOINTING =
      rare(
          "training.gradient_checkpointing",
          new Flag(),
          false,
          ALL,
          "Less memory for about a third more time: layers are computed again when their gradients"
              + " are.",
          "use_gradient_checkpointing");
  static final Key<Packing> PACKING =
      rare(
          "training.packing",
          Choice.of(Packing.class),
          Packing.BUCKETS,
          ALL,
          "How examples of different lengths share a batch: those of a like length (buckets),"
              + " several in a row (pack), or padded as they come (none).",
          "sample_packing",
          "group_by_length");
  static final Key<LongExamples> LONG_EXAMPLES =
      rare(
          "training.long_examples",
          Choice.of(LongExamples.class),
          LongExamples.TRUNCATE,
          ALL,
          "What becomes of an example of more than max_seq_len tokens: its end is cut off"
              + " (truncate), or it is left out (drop).",
          "excess_length_strategy");
  static final Key<Boolean> TRAIN_ON_INPUTS =
      rare(
          "training.train_on_inputs",
          new Flag(),
          false,
          ALL,
          "Whether the turns of system and user are learnt too, not those of the assistant alone.",
          "completion_only_loss",
          "assistant_only_loss",
          "train_on_prompt");
  static final Key<Integer> LOG_STEPS =
      rare(
          "training.log_steps",
          new Whole(1, MANY),
          1,
          ALL,
          "Steps between two lines of metrics.",
          "logging_steps");
  static final Key<Integer> EVAL_STEPS =
      rare(
          "training.eval_steps",
          new Whole(0, MANY),
          0,
          ALL,
          "Steps between two evaluations; 0 for one at the end of each epoch.",
          "evals_per_epoch");
  static final Key<Integer> SAVE_STEPS =
      rare(
          "training.save_steps",
          new Whole(0, MANY),
          0,
          ALL,
          "Steps between two checkpoints; 0 for one at the end of each epoch.",
          "saves_per_epoch");
  static final Key<Integer> SAVE_TOTAL_LIMIT =
      rare(
          "training.save_total_limit",
          new Whole(0, MANY),
          3,
          ALL,
          "Checkpoints that are kept; 0 for all.");
  static final Key<Integer> MAX_STEPS =
      rare(
          "training.max_steps",
          new Whole(0, MANY),
          0,
          ALL,
          "Steps after which training ends whatever epochs says; 0 for no limit.");
  static final Key<Integer> EARLY_STOPPING_PATIENCE =
      rare(
          "training.early_stopping_patience",
          new Whole(0, MANY),
          0,
          ALL,
          "Evaluations without a better loss after which training ends; 0 to go on.");
  static final Key<Integer> THREADS =
      rare(
          "training.threads",
          new Whole(0, 1024),
          0,
          ALL,
          "Threads that compute; 0 for one a core.",
          "num_threads");
  static final Key<Device> DEVICE =
      rare(
          "training.device",
          Choice.of(Device.class).refusing("gpu", "a GPU is called cuda here"),
          Device.CPU,
          ALL,
          "What computes.",
          "device_map",
          "accelerator");
  static final Key<Integer> PROCESSES =
      rare(
          "training.processes",
          new Whole(1, 1024),
          1,
          PYTHON,
          "Processes that train together, each with batches and a GPU of its own.",
          "num_processes",
          "nproc_per_node",
          "num_gpus");
  static final Key<Precision> PRECISION =
      rare(
          "training.precision",
          Choice.of(Precision.class),
          Precision.AUTO,
          ALL,
          "The type that is computed with; auto is f32 on a processor and bf16 on a GPU.",
          "bf16",
          "fp16",
          "mixed_precision",
          "dtype",
          "torch_dtype");

  static final Key<Integer> LORA_RANK =
      usual(
          "lora.rank",
          new Whole(1, 65_536),
          16,
          "The inner extent of the matrices: what they can learn, and what they cost.",
          "lora_r",
          "r",
          "lora_rank");
  static final Key<Double> LORA_ALPHA =
      usual(
          "lora.alpha",
          Real.above(0, 1_000_000),
          32.0,
          "What they add is multiplied by alpha / rank.",
          "lora_alpha");
  static final Key<Double> LORA_DROPOUT =
      usual(
          "lora.dropout",
          Real.below(0, 1),
          0.05,
          "The share of their inputs that a step leaves out.",
          "lora_dropout");
  static final Key<List<String>> TARGET_MODULES =
      usual(
          "lora.target_modules",
          new Names(false),
          List.of("q_proj", "v_proj"),
          "The linear layers that get them; all-linear for all but the output.",
          "lora_target_modules",
          "lora_target",
          "lora_target_linear");
  static final Key<Boolean> RSLORA =
      rare(
          "lora.rslora",
          new Flag(),
          false,
          ALL,
          "Multiply by alpha / sqrt(rank), which suits large ranks.",
          "use_rslora");
  static final Key<Boolean> DORA =
      rare(
          "lora.dora",
          new Flag(),
          false,
          PYTHON,
          "Train magnitudes apart from directions (DoRA).",
          "use_dora");
  static final Key<List<String>> MODULES_TO_SAVE =
      rare(
          "lora.modules_to_save",
          new Names(true),
          List.of(),
          PYTHON,
          "Modules that are trained whole, such as embed_tokens.",
          "lora_modules_to_save");

  static final Key<Double> MIN_VRAM_GB =
      rare(
          "resources.min_vram_gb",
          Real.from(0, 1_000_000),
          8.0,
          ALL,
          "GPU memory that a machine of others must have.");
  static final Key<Double> PREFERRED_VRAM_GB =
      rare(
          "resources.preferred_vram_gb",
          Real.from(0, 1_000_000),
          24.0,
          ALL,
          "GPU memory that it should have.");
  static final Key<Double> MAX_RUNTIME_HOURS =
      rare(
          "resources.max_runtime_hours",
          Real.above(0, 1_000_000),
          6.0,
          ALL,
          "Hours after which work on machines of others is given up; where it is set, a run on this"
              + " machine stops then too, and can be resumed.");
  static final Key<Double> MAX_PRICE_USD =
      rare(
          "resources.max_price_usd",
          Real.from(0, 1_000_000_000),
          10.0,
          ALL,
          "What that work may cost.");
  static final Key<Boolean> ALLOW_PREEMPTIBLE =
      rare(
          "resources.allow_preemptible",
          new Flag(),
          false,
          ALL,
          "Whether machines will do that may be taken away at any time.");

  static final Key<ArtifactStore> ARTIFACT_STORE =
      rare(
          "outputs.artifact_store",
          Choice.of(ArtifactStore.class),
          ArtifactStore.LOCAL,
          ALL,
          "Where results are kept; only local is supported.");
  static final Key<String> DOWNLOAD =
      usual(
          "outputs.download",
          new FilePath(),
          "./output",
          "The folder in which each run gets a folder of its own.",
          "output_dir",
          "output");
  static final Key<Boolean> PUBLISH_MODEL_CARD =
      rare(
          "outputs.publish_model_card",
          new Flag(),
          false,
          ALL,
          "Of others: publishing a result writes its model card, whatever this says.");

  static final Key<List<String>> ARGV =
      rare(
          "command.argv",
          new Names(false),
          null,
          EnumSet.of(RuntimeName.COMMAND),
          "The program of runtime command and its arguments, as a list.");
  static final Key<String> COMMAND_FOLDER =
      rare(
          "command.folder",
          new FilePath(),
          ".",
          EnumSet.of(RuntimeName.COMMAND),
          "The folder that it works in.");
  static final Key<Map<String, String>> ENV =
      rare(
          "command.env",
          new Kind.Pairs(),
          Map.of(),
          EnumSet.of(RuntimeName.COMMAND),
          "Variables of the environment that it gets besides those that are there.");

  static final Key<Map<String, Object>> RUNTIME_OPTIONS =
      rare(
          "runtime_options",
          new Kind.Settings(),
          Map.of(),
          PYTHON,
          "Settings that the Python library gets as they are, under its own names.");

  private Keys() {}

  private static <T> Key<T> required(String path, Kind<T> kind, String help, String... others) {
    return add(new Key<>(path, kind, null, help, ALL, Level.REQUIRED, List.of(others)));
  }

  private static <T> Key<T> usual(
      String path, Kind<T> kind, T preset, String help, String... others) {
    return add(new Key<>(path, kind, preset, help, ALL, Level.USUAL, List.of(others)));
  }

  private static <T> Key<T> rare(
      String path,
      Kind<T> kind,
      @Nullable T preset,
      Set<RuntimeName> runtimes,
      String help,
      String... others) {
    return add(new Key<>(path, kind, preset, help, runtimes, Level.RARE, List.of(others)));
  }

  private static <T> Key<T> add(Key<T> key) {
    TABLE.add(key);
    return key;
  }

  /// All of them.
  static List<Key<?>> all() {
    return List.copyOf(TABLE);
  }

  /// Those whose values are files or folders.
  static List<Key<String>> paths() {
    return List.of(PYTHON_FILE, DATASET, VALIDATION, CHAT_TEMPLATE, DOWNLOAD, COMMAND_FOLDER);
  }

  /// The key of a path.
  static Optional<Key<?>> of(String path) {
    return all().stream().filter(key -> key.path().equals(path)).findFirst();
  }

  /// The sections in their order, each with what it is about.
  static SequencedMap<String, String> sections() {
    SequencedMap<String, String> sections = new LinkedHashMap<>();
    sections.put("input", "What is learnt from.");
    sections.put("training", "How is learnt.");
    sections.put("lora", "The matrices beside the weights, for methods lora and qlora.");
    sections.put(
        "resources",
        "What machines of others must have; a local run knows max_runtime_hours alone.");
    sections.put("outputs", "What becomes of the results.");
    sections.put("command", "The program of runtime command.");
    return sections;
  }
}
