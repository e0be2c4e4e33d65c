package dev.computepool.train.external;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.computepool.train.config.Device;
import dev.computepool.train.config.LongExamples;
import dev.computepool.train.config.LoraConfig;
import dev.computepool.train.config.Method;
import dev.computepool.train.config.Packing;
import dev.computepool.train.config.Precision;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A configuration as axolotl reads it. The examples are tokens already, which it takes as they
/// are.
///
/// @param base folder of the model to start from
/// @param run folder of the run
/// @param training tokens to train with
/// @param validation tokens to measure with; null for none
/// @see <a href="https://docs.axolotl.ai/docs/config-reference.html">Config reference of
// axolotl</a>
record AxolotlFile(
    TrainConfig config, Path base, Path run, Path training, @Nullable Path validation) {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  String text() throws IOException {
    return YAML.writeValueAsString(tree());
  }

  private ObjectNode tree() {
    TrainingConfig training = config.training();
    ObjectNode tree = YAML.createObjectNode();
    tree.put("base_model", base.toString());
    tree.putArray("plugins").add("computepool_axolotl.Reports");
    examples(tree, "datasets", this.training);
    if (validation == null) {
      tree.put("val_set_size", 0);
    } else {
      examples(tree, "test_datasets", validation);
    }
    tree.put("dataset_prepared_path", run.resolve("tokens").resolve("axolotl").toString());
    tree.put("output_dir", run.resolve(".partial").toString());
    tree.put("sequence_len", training.maxSeqLen());
    tree.put("sample_packing", training.packing() == Packing.PACK);
    tree.put("eval_sample_packing", false);
    tree.put("group_by_length", training.packing() == Packing.BUCKETS);
    tree.put("train_on_inputs", training.trainOnInputs());
    tree.put(
        "excess_length_strategy",
        training.longExamples() == LongExamples.DROP ? "drop" : "truncate");
    if (config.method() != Method.FULL) {
      lora(tree, config.lora());
    }
    tree.put("num_epochs", training.epochs());
    tree.put("micro_batch_size", training.batchSize());
    tree.put("eval_batch_size", training.batchSize());
    tree.put("gradient_accumulation_steps", training.gradientAccumulationSteps());
    tree.put("learning_rate", training.learningRate());
    tree.put("lr_scheduler", ToolSettings.schedule(training.scheduler()));
    if (training.minLearningRateRatio() > 0) {
      tree.put("cosine_min_lr_ratio", training.minLearningRateRatio());
    }
    if (training.warmupSteps() > 0) {
      tree.put("warmup_steps", training.warmupSteps());
    } else {
      tree.put("warmup_ratio", training.warmupRatio());
    }
    tree.put("optimizer", ToolSettings.optimizer(training));
    tree.put("weight_decay", training.weightDecay());
    tree.put("adam_beta1", training.adamBeta1());
    tree.put("adam_beta2", training.adamBeta2());
    tree.put("adam_epsilon", training.adamEpsilon());
    tree.put("max_grad_norm", training.maxGradNorm());
    tree.put("gradient_checkpointing", training.gradientCheckpointing());
    precision(tree, training);
    tree.put("seed", training.seed());
    // When to write, measure and save is decided by the plugin.
    tree.put("logging_steps", training.logSteps());
    tree.put("save_strategy", "no");
    tree.put("eval_strategy", "no");
    config.runtimeOptions().forEach((name, value) -> tree.set(name, YAML.valueToTree(value)));
    return tree;
  }

  private static void examples(ObjectNode tree, String name, Path file) {
    // Without a type they are tokens.
    ObjectNode set = tree.putArray(name).addObject();
    set.put("path", file.toString()).put("ds_type", "json").put("split", "train").putNull("type");
  }

  private void lora(ObjectNode tree, LoraConfig lora) {
    boolean of4Bits = config.method() == Method.QLORA;
    tree.put("adapter", of4Bits ? "qlora" : "lora");
    tree.put("load_in_4bit", of4Bits);
    tree.put("lora_r", lora.rank());
    ToolSettings.number(tree, "lora_alpha", lora.alpha());
    tree.put("lora_dropout", lora.dropout());
    if (lora.allLinear()) {
      tree.put("lora_target_linear", true);
    } else {
      ToolSettings.names(tree, "lora_target_modules", lora.targetModules());
    }
    if (!lora.modulesToSave().isEmpty()) {
      ToolSettings.names(tree, "lora_modules_to_save", lora.modulesToSave());
    }
    tree.put("peft_use_rslora", lora.rslora());
    tree.put("peft_use_dora", lora.dora());
  }

  private static void precision(ObjectNode tree, TrainingConfig training) {
    Precision precision = training.precision();
    boolean cuda = training.device() == Device.CUDA;
    tree.put("bf16", precision == Precision.BF16 || (precision == Precision.AUTO && cuda));
    tree.put("fp16", precision == Precision.F16);
    tree.put("tf32", false);
  }
}
