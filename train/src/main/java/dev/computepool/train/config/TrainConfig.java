package dev.computepool.train.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A training run as its owner wants it. Paths are resolved against the folder of the file.
///
/// @param baseModel a folder, or the name of a model on Hugging Face that is in the local cache
/// @param python the Python of runtimes that need one; null for the usual one
/// @param runtimeOptions settings of the runtime's own that are handed on as they are: strings,
///     numbers, booleans, lists and maps
public record TrainConfig(
    String name,
    String baseModel,
    Method method,
    RuntimeName runtime,
    WorkloadClass workloadClass,
    @Nullable Path python,
    InputConfig input,
    TrainingConfig training,
    LoraConfig lora,
    ResourcesConfig resources,
    OutputsConfig outputs,
    CommandConfig command,
    Map<String, Object> runtimeOptions) {
  public TrainConfig {
    runtimeOptions = Collections.unmodifiableMap(new LinkedHashMap<>(runtimeOptions));
  }

  /// The values of a file; of a required key that it lacks, nothing.
  ///
  /// @param folder that paths are relative to
  static TrainConfig of(Values values, Path folder) {
    String python = values.find(Keys.PYTHON_FILE);
    return new TrainConfig(
        values.get(Keys.NAME),
        Objects.requireNonNullElse(values.find(Keys.BASE_MODEL), ""),
        values.get(Keys.METHOD),
        values.get(Keys.RUNTIME),
        values.get(Keys.WORKLOAD_CLASS),
        python == null ? null : folder.resolve(python),
        input(values, folder),
        training(values),
        new LoraConfig(
            values.get(Keys.LORA_RANK),
            values.get(Keys.LORA_ALPHA),
            values.get(Keys.LORA_DROPOUT),
            values.get(Keys.TARGET_MODULES).stream().distinct().toList(),
            values.get(Keys.RSLORA),
            values.get(Keys.DORA),
            values.get(Keys.MODULES_TO_SAVE)),
        new ResourcesConfig(
            values.get(Keys.MIN_VRAM_GB),
            values.get(Keys.PREFERRED_VRAM_GB),
            values.get(Keys.MAX_RUNTIME_HOURS),
            values.get(Keys.MAX_PRICE_USD),
            values.get(Keys.ALLOW_PREEMPTIBLE)),
        new OutputsConfig(
            values.get(Keys.ARTIFACT_STORE),
            folder.resolve(values.get(Keys.DOWNLOAD)),
            values.get(Keys.PUBLISH_MODEL_CARD)),
        new CommandConfig(
            Objects.requireNonNullElse(values.find(Keys.ARGV), List.of()),
            folder.resolve(values.get(Keys.COMMAND_FOLDER)).normalize(),
            values.get(Keys.ENV)),
        values.get(Keys.RUNTIME_OPTIONS));
  }

  private static InputConfig input(Values values, Path folder) {
    String dataset = values.find(Keys.DATASET);
    String validation = values.find(Keys.VALIDATION);
    String template = values.find(Keys.CHAT_TEMPLATE);
    return new InputConfig(
        folder.resolve(dataset == null ? "" : dataset),
        values.get(Keys.FORMAT),
        validation == null ? null : folder.resolve(validation),
        values.get(Keys.VALIDATION_SPLIT),
        template == null ? null : folder.resolve(template));
  }

  private static TrainingConfig training(Values values) {
    return new TrainingConfig(
        values.get(Keys.EPOCHS),
        values.get(Keys.LEARNING_RATE),
        values.get(Keys.BATCH_SIZE),
        values.get(Keys.GRADIENT_ACCUMULATION_STEPS),
        values.get(Keys.MAX_SEQ_LEN),
        values.get(Keys.SEED),
        values.get(Keys.SCHEDULER),
        values.get(Keys.WARMUP_RATIO),
        values.get(Keys.WARMUP_STEPS),
        values.get(Keys.MIN_LEARNING_RATE_RATIO),
        values.get(Keys.OPTIMIZER),
        values.get(Keys.WEIGHT_DECAY),
        values.get(Keys.ADAM_BETA1),
        values.get(Keys.ADAM_BETA2),
        values.get(Keys.ADAM_EPSILON),
        values.get(Keys.MAX_GRAD_NORM),
        values.get(Keys.GRADIENT_CHECKPOINTING),
        values.get(Keys.PACKING),
        values.get(Keys.LONG_EXAMPLES),
        values.get(Keys.TRAIN_ON_INPUTS),
        values.get(Keys.LOG_STEPS),
        values.get(Keys.EVAL_STEPS),
        values.get(Keys.SAVE_STEPS),
        values.get(Keys.SAVE_TOTAL_LIMIT),
        values.get(Keys.MAX_STEPS),
        values.get(Keys.EARLY_STOPPING_PATIENCE),
        values.get(Keys.THREADS),
        values.get(Keys.DEVICE),
        values.get(Keys.PROCESSES),
        values.get(Keys.PRECISION));
  }
}
