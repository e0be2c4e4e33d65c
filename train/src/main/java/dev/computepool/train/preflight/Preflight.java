package dev.computepool.train.preflight;

import dev.computepool.base.ByteSize;
import dev.computepool.train.config.Findings;
import dev.computepool.train.config.Method;
import dev.computepool.train.config.Packing;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainConfigFile;
import dev.computepool.train.config.TrainingConfig;
import dev.computepool.train.preflight.ModelFacts.Shape;
import dev.computepool.train.preflight.Workload.Certainty;
import dev.computepool.train.python.Python;
import dev.computepool.train.python.PythonFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides whether a run can begin: all that is wrong is found at once, and in a moment, for no
/// weights are read and of the dataset only the first lines.
public final class Preflight {
  private static final String OUTPUT = "outputs.download";

  private final TrainConfigFile file;
  private final TrainConfig config;
  private final Surroundings here;
  private final Check check;

  private Preflight(TrainConfigFile file, Surroundings here, Findings findings) {
    this.file = file;
    this.config = file.config();
    this.here = here;
    this.check = new Check(file, findings);
  }

  /// Reads a configuration of which anything may be wrong, and checks what it names.
  ///
  /// @throws dev.computepool.base.FormatException if it is no text of a reasonable size
  public static PreflightReport run(Path path, Surroundings here) throws IOException {
    Findings findings = new Findings();
    Optional<TrainConfigFile> file = TrainConfigFile.read(path, findings);
    if (file.isEmpty()) {
      return new PreflightReport(path, null, findings.list(), null, null, null, null, null, null);
    }
    return new Preflight(file.get(), here, findings).report();
  }

  private PreflightReport report() throws IOException {
    RuntimeLimits.check(file, here, check);
    PythonFacts python = check.isSound("runtime") ? python() : null;
    ModelCheck models = new ModelCheck(check);
    ModelFacts model = models.run(here.hubCache());
    DatasetFacts dataset = new InputCheck(check).run();
    output();
    Estimate memory = null;
    Estimate disk = null;
    Workload workload = dataset == null ? null : workload(dataset, model);
    if (model != null && model.parameters() > 0) {
      long trained = MemoryFormula.trained(model, config, models.targets(model));
      Shape shape = model.shape();
      if (shape != null) {
        memory = MemoryFormula.of(model, shape, config, trained, here.memory());
        judge(memory);
      }
      disk = disk(trained, workload);
    }
    return new PreflightReport(
        file.path(),
        config,
        check.findings().list(),
        model,
        dataset,
        memory,
        disk,
        workload,
        python);
  }

  private @Nullable PythonFacts python() throws IOException {
    PythonFacts facts = Python.of(config, here.python()).orElse(null);
    if (facts != null) {
      String remedy = facts.remedy().map("; %s brings it"::formatted).orElse("");
      String key = config.python() == null ? "runtime" : "python";
      facts
          .problem(config.runtime().label())
          .ifPresent(problem -> check.problem(key, problem + remedy));
    }
    return facts;
  }

  private void output() throws IOException {
    if (!check.isSound(OUTPUT)) {
      return;
    }
    Path folder = config.outputs().download();
    Path existing = existing(folder);
    if (!Files.isDirectory(existing)) {
      check.problem(OUTPUT, "%s is no folder".formatted(existing.normalize()));
    } else if (!Files.isWritable(existing)) {
      check.problem(OUTPUT, "no permission to write to %s".formatted(existing.normalize()));
    }
  }

  private static Path existing(Path path) {
    Path existing = path.toAbsolutePath().normalize();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return existing;
  }

  private void judge(Estimate memory) {
    String key = "training.batch_size";
    if (memory.fixed() > memory.available()) {
      check.problem(
          "base_model",
          "the model alone takes %s while it is trained, this machine has %s"
              .formatted(ByteSize.format(memory.fixed()), ByteSize.format(memory.available())));
    } else if (memory.total() > memory.available()) {
      String remedy =
          config.training().gradientCheckpointing()
              ? "a smaller batch_size or max_seq_len takes less"
              : "gradient_checkpointing, or a smaller batch_size or max_seq_len, takes less";
      check.note(
          key,
          "batches of %d examples of %d tokens may take %s of memory, this machine has %s; %s"
              .formatted(
                  config.training().batchSize(),
                  config.training().maxSeqLen(),
                  ByteSize.format(memory.total()),
                  ByteSize.format(memory.available()),
                  remedy));
    }
  }

  private Workload workload(DatasetFacts dataset, @Nullable ModelFacts model) {
    TrainingConfig training = config.training();
    double share = config.input().validation() == null ? config.input().validationSplit() : 0;
    long examples = dataset.examples() - (long) Math.floor(dataset.examples() * share);
    long batch =
        (long) training.batchSize() * training.gradientAccumulationSteps() * training.processes();
    long steps = (long) Math.ceil(Math.ceilDiv(examples, batch) * training.epochs());
    if (training.maxSteps() > 0) {
      steps = Math.min(steps, training.maxSteps());
    }
    double learnt = Math.min(examples * training.epochs(), (double) steps * batch);
    long tokens = (long) (learnt * training.maxSeqLen());
    Speed.Measured measured = model == null ? null : here.speed().of(model, config).orElse(null);
    return new Workload(
        examples,
        certainty(dataset),
        steps,
        tokens,
        measured == null ? null : (long) Math.ceil(tokens / measured.tokensPerSecond()),
        measured == null ? null : measured.source());
  }

  private Certainty certainty(DatasetFacts dataset) {
    if (config.training().packing() == Packing.PACK) {
      return Certainty.AT_MOST;
    }
    return dataset.exact() ? Certainty.EXACT : Certainty.ABOUT;
  }

  private Estimate disk(long trained, @Nullable Workload workload) throws IOException {
    TrainingConfig training = config.training();
    long saves = (long) Math.ceil(training.epochs());
    if (training.saveSteps() > 0 && workload != null) {
      saves = Math.ceilDiv(workload.steps(), training.saveSteps());
    }
    // The oldest goes when the newest is whole.
    long limit = training.saveTotalLimit() == 0 ? Long.MAX_VALUE : training.saveTotalLimit() + 1L;
    long kept = Math.max(1, Math.min(saves, limit));
    String what = config.method() == Method.FULL ? "weights" : "adapter";
    Estimate.Part checkpoints =
        new Estimate.Part(
            "checkpoints",
            kept * trained * 12,
            "%d × %s trained × (4 bytes of %s + 8 of moments)"
                .formatted(kept, MemoryFormula.count(trained), what),
            true);
    Estimate.Part result =
        new Estimate.Part(
            "result",
            trained * 4,
            "%s trained × 4 bytes".formatted(MemoryFormula.count(trained)),
            true);
    long free = Files.getFileStore(existing(config.outputs().download())).getUsableSpace();
    Estimate disk = new Estimate(List.of(checkpoints, result), free);
    if (disk.total() > free && check.isSound(OUTPUT)) {
      check.problem(
          OUTPUT,
          "checkpoints take up to %s, and %s are free at %s"
              .formatted(
                  ByteSize.format(disk.total()),
                  ByteSize.format(free),
                  existing(config.outputs().download())));
    }
    return disk;
  }
}
