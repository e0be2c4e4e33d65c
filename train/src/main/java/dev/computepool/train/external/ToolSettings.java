package dev.computepool.train.external;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.train.config.LoraConfig;
import dev.computepool.train.config.Method;
import dev.computepool.train.config.Schedule;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainingConfig;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the programs in Python read: a configuration in the names of transformers and peft.
///
/// @param base folder of the model to start from
/// @param training tokens to train with, relative to the run's folder
/// @param validation tokens to measure with; null for none
/// @param threads that compute
record ToolSettings(
    TrainConfig config, Path base, String training, @Nullable String validation, int threads) {
  private static final JsonMapper JSON = new JsonMapper();

  String text() {
    return tree().toPrettyString() + "\n";
  }

  private ObjectNode tree() {
    TrainingConfig training = config.training();
    ObjectNode tree = JSON.createObjectNode();
    tree.put("runtime", config.runtime().label());
    tree.put("base_model", base.toString());
    tree.put("method", config.method().label());
    tree.put("train_file", this.training);
    tree.put("validation_file", validation);
    tree.put("device", training.device().label());
    tree.put("processes", training.processes());
    tree.put("threads", threads);
    tree.put("precision", training.precision().label());
    tree.put("packing", training.packing().label());
    tree.put("max_seq_len", training.maxSeqLen());
    tree.put("max_steps", training.maxSteps());
    tree.put("log_steps", training.logSteps());
    tree.put("eval_steps", training.evalSteps());
    tree.put("save_steps", training.saveSteps());
    tree.put("early_stopping_patience", training.earlyStoppingPatience());
    tree.set("arguments", arguments(training));
    if (config.method() == Method.FULL) {
      tree.putNull("lora");
    } else {
      tree.set("lora", lora(config.lora()));
    }
    tree.set("runtime_options", JSON.valueToTree(config.runtimeOptions()));
    return tree;
  }

  /// @see <a href="https://huggingface.co/docs/transformers/main_classes/trainer">TrainingArguments
  ///     of transformers</a>
  private static ObjectNode arguments(TrainingConfig training) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("num_train_epochs", training.epochs());
    tree.put("per_device_train_batch_size", training.batchSize());
    tree.put("per_device_eval_batch_size", training.batchSize());
    tree.put("gradient_accumulation_steps", training.gradientAccumulationSteps());
    tree.put("learning_rate", training.learningRate());
    tree.put("lr_scheduler_type", schedule(training.scheduler()));
    if (training.warmupSteps() > 0) {
      tree.put("warmup_steps", training.warmupSteps());
    } else {
      tree.put("warmup_ratio", training.warmupRatio());
    }
    tree.put("optim", optimizer(training));
    tree.put("weight_decay", training.weightDecay());
    tree.put("adam_beta1", training.adamBeta1());
    tree.put("adam_beta2", training.adamBeta2());
    tree.put("adam_epsilon", training.adamEpsilon());
    tree.put("max_grad_norm", training.maxGradNorm());
    tree.put("gradient_checkpointing", training.gradientCheckpointing());
    if (training.gradientCheckpointing()) {
      tree.putObject("gradient_checkpointing_kwargs").put("use_reentrant", false);
    }
    tree.put("seed", training.seed());
    tree.put("data_seed", training.seed());
    return tree;
  }

  /// As transformers names it.
  static String schedule(Schedule schedule) {
    return switch (schedule) {
      case COSINE -> "cosine";
      case LINEAR -> "linear";
      case CONSTANT -> "constant_with_warmup";
    };
  }

  /// As transformers names it.
  static String optimizer(TrainingConfig training) {
    return switch (training.optimizer()) {
      case ADAMW -> "adamw_torch";
      case ADAMW_8BIT -> "adamw_bnb_8bit";
      case PAGED_ADAMW_8BIT -> "paged_adamw_8bit";
      case ADAFACTOR -> "adafactor";
    };
  }

  /// @see <a href="https://huggingface.co/docs/peft/package_reference/lora">LoraConfig of peft</a>
  private static ObjectNode lora(LoraConfig lora) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("r", lora.rank());
    number(tree, "lora_alpha", lora.alpha());
    tree.put("lora_dropout", lora.dropout());
    if (lora.allLinear()) {
      tree.put("target_modules", LoraConfig.ALL_LINEAR);
    } else {
      names(tree, "target_modules", lora.targetModules());
    }
    tree.put("use_rslora", lora.rslora());
    tree.put("use_dora", lora.dora());
    if (!lora.modulesToSave().isEmpty()) {
      names(tree, "modules_to_save", lora.modulesToSave());
    }
    tree.put("bias", "none");
    tree.put("task_type", "CAUSAL_LM");
    return tree;
  }

  /// A whole number without a point, which some libraries insist on.
  static void number(ObjectNode tree, String name, double value) {
    if (value == Math.rint(value) && Math.abs(value) < Integer.MAX_VALUE) {
      tree.put(name, (int) value);
    } else {
      tree.put(name, value);
    }
  }

  static void names(ObjectNode tree, String name, List<String> values) {
    values.forEach(tree.putArray(name)::add);
  }
}
