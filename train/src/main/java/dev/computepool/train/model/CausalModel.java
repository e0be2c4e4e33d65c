package dev.computepool.train.model;

import dev.computepool.base.FormatException;
import dev.computepool.convert.ModelDirectory;
import dev.computepool.convert.Problems;
import dev.computepool.convert.tensor.Decoder;
import dev.computepool.safetensors.Dtype;
import dev.computepool.safetensors.SafetensorsSet;
import dev.computepool.safetensors.StoredTensor;
import dev.computepool.train.torch.Argument;
import dev.computepool.train.torch.Script;
import dev.computepool.train.torch.Tensor;
import dev.computepool.train.torch.TensorScope;
import dev.computepool.train.torch.Torch;
import dev.computepool.train.torch.TorchException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// A causal language model: its weights, and the script that computes with them.
///
/// Weights of 32 bits stay in the file, mapped, unless they are trained themselves; others are
/// widened to 32 bits once, in memory, and a file that nothing refers to afterwards is closed: its
/// pages would count as memory of the process.
public final class CausalModel implements AutoCloseable {
  private final ModelConfig config;
  private final @Nullable SafetensorsSet files; // that weights are mapped from
  private final TensorScope scope;
  private final Script script;
  private final List<Parameter> parameters;
  private final List<Tensor> globals;
  private final List<Tensor> layers;
  private final List<Tensor> frequencies;
  private final List<Tensor> factors;
  private final Memory memory;

  /// Where the weights are.
  ///
  /// @param mapped bytes that are read from the file as they are needed
  /// @param copied bytes of the process's own memory
  public record Memory(long mapped, long copied) {}

  private CausalModel(
      ModelConfig config,
      @Nullable SafetensorsSet files,
      TensorScope scope,
      Script script,
      Loader loader,
      List<Tensor> frequencies,
      List<Tensor> factors) {
    this.config = config;
    this.files = files;
    this.scope = scope;
    this.script = script;
    this.parameters = loader.parameters;
    int outside = Parameter.globals(config).size();
    this.globals = List.copyOf(loader.tensors.subList(0, outside));
    this.layers = List.copyOf(loader.tensors.subList(outside, loader.tensors.size()));
    this.frequencies = frequencies;
    this.factors = factors;
    this.memory = new Memory(loader.mapped, loader.copied);
  }

  /// Opens the model of a Hugging Face directory.
  ///
  /// @param adaptation what is trained, or null to train all weights
  /// @param checkpointing whether layers are computed again for their derivatives instead of
  ///     being kept
  /// @param factors pairs of low-rank factors, layer after layer in the order of {@link
  ///     Projection}, those of the head last; tensors that live as long as the model
  /// @throws FormatException with all that is wrong with it
  /// @throws TorchException if libtorch refuses it
  public static CausalModel open(
      Torch torch,
      Path directory,
      @Nullable Adaptation adaptation,
      boolean checkpointing,
      List<Tensor> factors)
      throws IOException {
    Problems problems = new Problems();
    ModelDirectory found = ModelDirectory.read(directory, problems);
    problems.throwIfAny(directory);
    ModelConfig config = ModelConfig.of(found, problems);
    SafetensorsSet files =
        SafetensorsSet.open(directory, found.parts(), found.index().orElse(null));
    TensorScope scope = torch.open();
    boolean mapped = true;
    try {
      Loader loader = new Loader(scope, files, adaptation == null);
      loader.load(config, problems);
      problems.throwIfAny(directory);
      if (loader.mapped == 0) {
        mapped = false;
        files.close();
      }
      List<Tensor> frequencies = new ArrayList<>();
      frequencies.add(vector(scope, config.rope()));
      if (config.slidingRope() != null) {
        frequencies.add(vector(scope, config.slidingRope()));
      }
      Script script = Script.load(scope, ModelScript.of(config, adaptation, checkpointing));
      CausalModel model =
          new CausalModel(
              config,
              mapped ? files : null,
              scope,
              script,
              loader,
              frequencies,
              List.copyOf(factors));
      scope = null;
      return model;
    } finally {
      if (scope != null) {
        scope.close();
        if (mapped) {
          files.close();
        }
      }
    }
  }

  private static Tensor vector(TensorScope scope, Rope rope) {
    float[] values = new float[rope.frequencies().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = rope.frequencies().get(i);
    }
    return scope.floats(values, values.length);
  }

  /// Takes weights from files into tensors.
  private static final class Loader {
    // Widened this many at a time.
    private static final int CHUNK = 1 << 18;

    private final TensorScope scope;
    private final SafetensorsSet files;
    private final boolean trained;
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private long mapped;
    private long copied;

    Loader(TensorScope scope, SafetensorsSet files, boolean trained) {
      this.scope = scope;
      this.files = files;
      this.trained = trained;
    }

    void load(ModelConfig config, Problems problems) throws IOException {
      parameters.addAll(Parameter.globals(config));
      for (int layer = 0; layer < config.layers(); layer++) {
        parameters.addAll(Parameter.layer(config, layer));
      }
      for (Parameter parameter : parameters) {
        check(parameter, problems);
      }
      if (!problems.isEmpty()) {
        return;
      }
      for (Parameter parameter : parameters) {
        tensors.add(load(parameter));
      }
    }

    private void check(Parameter parameter, Problems problems) {
      StoredTensor stored = files.find(parameter.name());
      String at = "tensor " + parameter.name();
      if (stored == null) {
        problems.add(at, "is missing");
      } else if (!stored.shape().equals(parameter.shape())) {
        problems.add(at, "is " + stored.shape() + ", not " + parameter.shape());
      } else if (!Decoder.reads(stored.dtype())) {
        problems.add(at, "is of type " + stored.dtype() + ", which is not read");
      }
    }

    private Tensor load(Parameter parameter) throws IOException {
      StoredTensor stored = files.find(parameter.name());
      if (stored == null) {
        throw new IllegalStateException("checked before: " + parameter.name());
      }
      MemorySegment bytes = files.bytes(parameter.name());
      long[] shape = parameter.shape().stream().mapToLong(Long::longValue).toArray();
      long size = parameter.elements() * Float.BYTES;
      boolean usable =
          stored.dtype() == Dtype.F32
              && bytes.byteSize() <= Integer.MAX_VALUE
              && bytes.address() % Float.BYTES == 0;
      if (usable && !trained) {
        mapped += size;
        return scope.over(bytes, shape);
      }
      copied += size;
      Tensor tensor = scope.zeros(shape);
      widen(stored, bytes, tensor);
      if (trained) {
        tensor.track();
      }
      return tensor;
    }

    private void widen(StoredTensor stored, MemorySegment bytes, Tensor to) throws IOException {
      float[] numbers = new float[(int) Math.min(CHUNK, stored.elements())];
      long width = bytes.byteSize() / Math.max(1, stored.elements());
      for (long at = 0; at < stored.elements(); at += numbers.length) {
        int count = (int) Math.min(numbers.length, stored.elements() - at);
        Decoder.decode(stored.dtype(), bytes.asSlice(at * width, count * width), numbers, count);
        scope.write(to, at, numbers, count);
      }
    }
  }

  public ModelConfig config() {
    return config;
  }

  /// Where the weights are.
  public Memory memory() {
    return memory;
  }

  /// The weights by name, in the order of {@link #weights}.
  public List<Parameter> parameters() {
    return parameters;
  }

  /// The weights: those outside the layers, then layer by layer.
  public List<Tensor> weights() {
    List<Tensor> all = new ArrayList<>(globals);
    all.addAll(layers);
    return all;
  }

  /// The loss of a batch, summed over its tokens, and the gradients of what is trained.
  ///
  /// @param scope owns the gradients
  /// @param scale by which gradients are multiplied
  /// @param seed of what is dropped out
  /// @return the loss, then one gradient for each factor, or for each weight
  public List<Tensor> gradients(TensorScope scope, Batch batch, double scale, long seed)
      throws TorchException {
    try (TensorScope inputs = scope.open()) {
      List<Argument> arguments = new ArrayList<>(tokens(inputs, batch));
      arguments.addAll(learned(inputs, batch));
      arguments.add(Argument.of(inputs.floats(new float[] {(float) scale})));
      arguments.add(Argument.of(inputs.longs(new long[] {seed})));
      arguments.addAll(model());
      return script.call(scope, "gradients", true, arguments.toArray(Argument[]::new));
    }
  }

  /// The loss of a batch, summed over its tokens.
  public double evaluate(Batch batch) throws TorchException {
    try (TensorScope inputs = scope.open()) {
      List<Argument> arguments = new ArrayList<>(tokens(inputs, batch));
      arguments.addAll(learned(inputs, batch));
      arguments.addAll(model());
      return script
          .call(inputs, "evaluate", false, arguments.toArray(Argument[]::new))
          .getFirst()
          .scalar();
    }
  }

  /// What the model predicts after each token of a batch.
  ///
  /// @param scope owns the result, of shape `[rows * length, vocabulary]`
  public Tensor logits(TensorScope scope, Batch batch) throws TorchException {
    try (TensorScope inputs = scope.open()) {
      List<Argument> arguments = new ArrayList<>(tokens(inputs, batch));
      arguments.addAll(model());
      return script.call(scope, "logits", false, arguments.toArray(Argument[]::new)).getFirst();
    }
  }

  private List<Argument> tokens(TensorScope inputs, Batch batch) {
    boolean plain = batch.isPlain();
    long[] positions =
        plain ? LongStream.range(0, batch.length()).toArray() : longs(batch.positions());
    return List.of(
        Argument.of(inputs.longs(longs(batch.ids()), batch.rows(), batch.length())),
        Argument.of(inputs.longs(positions, plain ? 1 : batch.rows(), batch.length())),
        // A vector tells the script that there are no boundaries.
        Argument.of(
            plain
                ? inputs.longs(new long[1], 1)
                : inputs.longs(longs(batch.segments()), batch.rows(), batch.length())));
  }

  /// Which tokens predict a label, and these labels.
  private static List<Argument> learned(TensorScope inputs, Batch batch) {
    int count = batch.lossTokens();
    if (count == 0) {
      throw new IllegalArgumentException("a batch without a token to learn");
    }
    long[] places = new long[count];
    long[] labels = new long[count];
    int next = 0;
    for (int at = 0; at < batch.labels().length; at++) {
      if (batch.isLearned(at)) {
        places[next] = at - 1L;
        labels[next++] = batch.labels()[at];
      }
    }
    return List.of(
        Argument.of(inputs.longs(places, count)), Argument.of(inputs.longs(labels, count)));
  }

  private List<Argument> model() {
    List<Argument> arguments =
        new ArrayList<>(
            List.of(Argument.of(frequencies), Argument.of(globals), Argument.of(layers)));
    if (!factors.isEmpty()) {
      arguments.add(Argument.of(factors));
    }
    return arguments;
  }

  private static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  /// Frees the weights. Tensors over them must not be used any more.
  @Override
  public void close() {
    scope.close();
    if (files != null) {
      files.close();
    }
  }
}
