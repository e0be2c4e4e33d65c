package dev.computepool.train.step;

import dev.computepool.base.Cancellation;
import dev.computepool.train.lora.LoraFactors;
import dev.computepool.train.lora.LoraLayout;
import dev.computepool.train.lora.LoraOptions;
import dev.computepool.train.lora.PeftDirectory;
import dev.computepool.train.model.Batch;
import dev.computepool.train.model.CausalModel;
import dev.computepool.train.model.ModelConfig;
import dev.computepool.train.model.Parameter;
import dev.computepool.train.torch.Tensor;
import dev.computepool.train.torch.TensorFile;
import dev.computepool.train.torch.TensorScope;
import dev.computepool.train.torch.Torch;
import dev.computepool.train.torch.TorchException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Trains the factors of an adapter, or all weights of a model, in this process.
public final class LoraTrainer implements Trainer {
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private final TrainerOptions options;
  private final TensorScope scope;
  private final CausalModel model;
  private final @Nullable LoraFactors factors;
  private final List<Tensor> trained;
  private final List<String> names;
  private final AdamW optimizer;

  private LoraTrainer(
      TrainerOptions options, TensorScope scope, CausalModel model, @Nullable LoraFactors factors)
      throws TorchException {
    this.options = options;
    this.scope = scope;
    this.model = model;
    this.factors = factors;
    this.trained = factors == null ? model.weights() : factors.tensors();
    this.names =
        factors == null
            ? model.parameters().stream().map(Parameter::name).toList()
            : factors.names();
    this.optimizer = new AdamW(scope, options.optimizer(), trained, names);
  }

  /// Opens a model to be trained.
  ///
  /// @throws dev.computepool.base.FormatException if the base is no model that can be trained here
  /// @throws TorchException if libtorch is missing or refuses it
  /// @throws IllegalArgumentException if the model has no such targets
  public static LoraTrainer open(TrainerOptions options) throws IOException {
    ModelConfig config = ModelConfig.read(options.base());
    LoraOptions lora = options.lora();
    LoraLayout layout = lora == null ? null : LoraLayout.of(config, lora);
    Torch torch = Torch.start(options.device(), options.threads());
    TensorScope scope = torch.open();
    CausalModel model = null;
    try {
      LoraFactors factors =
          layout == null ? null : LoraFactors.begin(scope, layout, options.seed());
      model =
          CausalModel.open(
              torch,
              options.base(),
              layout == null ? null : layout.adaptation(),
              options.checkpointing(),
              factors == null ? List.of() : factors.tensors());
      LoraTrainer trainer = new LoraTrainer(options, scope, model, factors);
      scope = null;
      model = null;
      return trainer;
    } finally {
      if (model != null) {
        model.close();
      }
      if (scope != null) {
        scope.close();
      }
    }
  }

  @Override
  public StepResult step(
      List<Batch> microBatches, double learningRate, long step, Cancellation cancellation)
      throws IOException {
    long learned = microBatches.stream().mapToLong(Batch::lossTokens).sum();
    long tokens = microBatches.stream().mapToLong(Batch::tokens).sum();
    if (learned == 0) {
      return new StepResult(0, 0, tokens, 0, true);
    }
    double sum = 0;
    try (TensorScope work = scope.open()) {
      List<Tensor> total = new ArrayList<>();
      for (int i = 0; i < microBatches.size(); i++) {
        cancellation.check();
        Batch batch = microBatches.get(i);
        if (batch.lossTokens() > 0) {
          sum += accumulate(work, batch, 1.0 / learned, seed(step, i), total);
        }
      }
      double norm = optimizer.norm(total);
      boolean finite = Double.isFinite(sum) && Double.isFinite(norm);
      if (finite) {
        optimizer.update(total, norm, learningRate);
      }
      return new StepResult(sum / learned, learned, tokens, norm, finite);
    }
  }

  /// Adds the gradients of a batch to those before.
  ///
  /// @return its loss, summed over its tokens
  private double accumulate(
      TensorScope work, Batch batch, double scale, long seed, List<Tensor> total)
      throws TorchException {
    try (TensorScope own = work.open()) {
      List<Tensor> results = model.gradients(total.isEmpty() ? work : own, batch, scale, seed);
      List<Tensor> gradients = results.subList(1, results.size());
      if (total.isEmpty()) {
        total.addAll(gradients);
      } else {
        optimizer.add(total, gradients);
      }
      return results.getFirst().scalar();
    }
  }

  /// A seed for one batch of one step; layers add their number.
  private long seed(long step, int batch) {
    long mixed = options.seed() * 0x9E3779B97F4A7C15L + step;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L + batch;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return (mixed ^ (mixed >>> 31)) >>> 16 << 12;
  }

  @Override
  public Evaluation evaluate(List<Batch> batches) throws IOException {
    double sum = 0;
    long learned = 0;
    for (Batch batch : batches) {
      int count = batch.lossTokens();
      if (count > 0) {
        sum += model.evaluate(batch);
        learned += count;
      }
    }
    return new Evaluation(learned == 0 ? 0 : sum / learned, learned);
  }

  @Override
  public void saveModel(Path directory) throws IOException {
    TensorFile.write(scope, directory.resolve(weightsFile()), names, trained, METADATA);
    if (factors == null) {
      ModelConfig.copyForFloats(options.base(), directory);
    } else {
      PeftDirectory.writeConfig(directory, factors.layout(), options.base().toString());
    }
  }

  @Override
  public void saveState(Path directory) throws IOException {
    optimizer.save(directory);
  }

  @Override
  public void restore(Path directory) throws IOException {
    TensorFile.read(scope, directory.resolve(weightsFile()), names, trained);
    optimizer.restore(directory);
  }

  private String weightsFile() {
    return factors == null ? "model.safetensors" : PeftDirectory.WEIGHTS;
  }

  @Override
  public long trainableParameters() {
    return trained.stream().mapToLong(Tensor::elements).sum();
  }

  @Override
  public long totalParameters() {
    long base = model.parameters().stream().mapToLong(Parameter::elements).sum();
    return factors == null ? base : base + trainableParameters();
  }

  /// The model that is trained.
  public CausalModel model() {
    return model;
  }

  @Override
  public void close() {
    model.close();
    scope.close();
  }
}
