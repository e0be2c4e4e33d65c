package dev.computepool.train.step;

import dev.computepool.train.torch.Argument;
import dev.computepool.train.torch.Script;
import dev.computepool.train.torch.Tensor;
import dev.computepool.train.torch.TensorFile;
import dev.computepool.train.torch.TensorScope;
import dev.computepool.train.torch.TorchException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// AdamW over a list of weights, with PyTorch's fused kernel.
///
/// @see <a href="https://arxiv.org/abs/1711.05101">Decoupled Weight Decay Regularization</a>
final class AdamW {
  /// The name of the file with its state.
  static final String FILE = "optimizer.safetensors";

  private static final String STEPS = "steps";

  private static final String TEXT =
      """
        def norm(self, G: List[Tensor]) -> Tensor:
          return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(G, 2)))
        def add(self, A: List[Tensor], G: List[Tensor]) -> Tensor:
          torch._foreach_add_(A, G)
          return A[0]
        def clip(self, norm: Tensor, h: Tensor, G: List[Tensor]) -> Tensor:
          c = torch.clamp(torch.reciprocal(norm + 1e-06) * float(h[0]), None, 1.)
          torch._foreach_mul_(G, c)
          return c
        def update(self, step: Tensor, h: Tensor, P: List[Tensor], G: List[Tensor], M: List[Tensor], V: List[Tensor]) -> Tensor:
          torch.add_(step, 1)
          torch._fused_adamw_(P, G, M, V, annotate(List[Tensor], []), [step for p in P], lr=float(h[1]), beta1=float(h[2]), beta2=float(h[3]), weight_decay=float(h[5]), eps=float(h[4]), amsgrad=False, maximize=False)
          return step
      """;

  private final AdamWOptions options;
  private final TensorScope scope;
  private final List<Tensor> weights;
  private final List<String> names;
  private final List<Tensor> means = new ArrayList<>();
  private final List<Tensor> squares = new ArrayList<>();
  private final Tensor steps;
  private final Script script;

  /// @param scope owns the state; it lives as long as this
  AdamW(TensorScope scope, AdamWOptions options, List<Tensor> weights, List<String> names)
      throws TorchException {
    this.options = options;
    this.scope = scope;
    this.weights = List.copyOf(weights);
    this.names = List.copyOf(names);
    for (Tensor weight : weights) {
      long[] shape = weight.shape().stream().mapToLong(Long::longValue).toArray();
      means.add(scope.zeros(shape));
      squares.add(scope.zeros(shape));
    }
    this.steps = scope.zeros();
    this.script = Script.load(scope, TEXT);
  }

  /// Adds gradients to others, where these are.
  void add(List<Tensor> to, List<Tensor> gradients) throws TorchException {
    try (TensorScope work = scope.open()) {
      script.call(work, "add", false, Argument.of(to), Argument.of(gradients));
    }
  }

  /// The length of all gradients together.
  double norm(List<Tensor> gradients) throws TorchException {
    try (TensorScope work = scope.open()) {
      return script.call(work, "norm", false, Argument.of(gradients)).getFirst().scalar();
    }
  }

  /// Shortens gradients to the length of the options, and makes a step.
  void update(List<Tensor> gradients, double norm, double learningRate) throws TorchException {
    try (TensorScope work = scope.open()) {
      double[] values = {
        options.maxGradNorm(),
        learningRate,
        options.beta1(),
        options.beta2(),
        options.epsilon(),
        options.weightDecay()
      };
      Argument settings = Argument.of(work.doubles(values, values.length));
      if (options.maxGradNorm() > 0) {
        Argument length = Argument.of(work.floats(new float[] {(float) norm}));
        script.call(work, "clip", false, length, settings, Argument.of(gradients));
      }
      script.call(
          work,
          "update",
          false,
          Argument.of(steps),
          settings,
          Argument.of(weights),
          Argument.of(gradients),
          Argument.of(means),
          Argument.of(squares));
    }
  }

  /// Writes the state.
  void save(Path directory) throws IOException {
    TensorFile.write(
        scope,
        directory.resolve(FILE),
        stateNames(),
        state(),
        Map.of(STEPS, Long.toString((long) steps.scalar())));
  }

  /// Reads a state.
  void restore(Path directory) throws IOException {
    Map<String, String> metadata =
        TensorFile.read(scope, directory.resolve(FILE), stateNames(), state());
    String count = metadata.getOrDefault(STEPS, "");
    if (!count.matches("\\d{1,9}")) {
      throw TensorFile.broken(directory.resolve(FILE), STEPS + " is '" + count + "'");
    }
    scope.write(steps, 0, new float[] {Float.parseFloat(count)}, 1);
  }

  private List<String> stateNames() {
    List<String> all = new ArrayList<>();
    names.forEach(name -> all.add("mean." + name));
    names.forEach(name -> all.add("square." + name));
    return all;
  }

  private List<Tensor> state() {
    List<Tensor> all = new ArrayList<>(means);
    all.addAll(squares);
    return all;
  }
}
