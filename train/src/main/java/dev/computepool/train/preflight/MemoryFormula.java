package dev.computepool.train.preflight;

import dev.computepool.train.config.Device;
import dev.computepool.train.config.Method;
import dev.computepool.train.config.Precision;
import dev.computepool.train.config.RuntimeName;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainingConfig;
import dev.computepool.train.model.LogitPieces;
import dev.computepool.train.preflight.Estimate.Part;
import dev.computepool.train.preflight.ModelFacts.Linear;
import dev.computepool.train.preflight.ModelFacts.Shape;
import java.util.ArrayList;
import java.util.List;

/// What memory a step takes at most, checked against the peaks that `cp bench train` measures.
///
/// What a layer keeps for its gradients, in numbers a token, with what its gradients take while
/// they are computed: `8 hidden` for the residual stream and the norms, `4 queries` and `4 keys`
/// for attention, `5 intermediate` for the feed-forward layer. Where heads of queries share keys,
/// keys and values are repeated to be as wide as the queries (`14 queries`).
/// With checkpointing only what goes into each layer is kept, and one layer is computed again; its
/// gradients then count beside it.
final class MemoryFormula {
  /// What the process has besides: class files, libraries and their buffers.
  private static final long PROGRAM = 300L << 20;

  private final ModelFacts model;
  private final Shape shape;
  private final TrainConfig config;
  private final long trained;
  private final List<Part> parts = new ArrayList<>();

  private MemoryFormula(ModelFacts model, Shape shape, TrainConfig config, long trained) {
    this.model = model;
    this.shape = shape;
    this.config = config;
    this.trained = trained;
  }

  static Estimate of(
      ModelFacts model, Shape shape, TrainConfig config, long trained, long available) {
    MemoryFormula formula = new MemoryFormula(model, shape, config, trained);
    formula.weights();
    formula.learning();
    formula.activations();
    formula.logits();
    formula.add("program", PROGRAM, "the process without a model", true);
    return new Estimate(
        formula.parts, config.training().device() == Device.CPU ? available : Long.MAX_VALUE);
  }

  /// Bytes of a number while it computes.
  static int width(TrainConfig config) {
    Precision precision = config.training().precision();
    return switch (precision) {
      case F32 -> Float.BYTES;
      case BF16, F16 -> Short.BYTES;
      case AUTO -> config.training().device() == Device.CPU ? Float.BYTES : Short.BYTES;
    };
  }

  private void weights() {
    long all = model.parameters();
    int width = width(config);
    if (config.method() == Method.QLORA) {
      long linear =
          model.linears().stream()
              .filter(l -> !l.isHead())
              .mapToLong(l -> l.inputs() * l.outputs())
              .sum();
      // NF4 with its scales quantized too: 4 bits and 0.127 more.
      long bytes = Math.round(linear * 4.127 / 8) + (all - linear) * Short.BYTES;
      add(
          "weights",
          bytes,
          "%s of linear layers × 4.127 bits + %s others × 2 bytes"
              .formatted(count(linear), count(all - linear)),
          true);
      return;
    }
    // What is trained itself is kept in f32.
    int kept = config.method() == Method.FULL ? Float.BYTES : width;
    add("weights", all * kept, "%s parameters × %d bytes".formatted(count(all), kept), true);
  }

  private void learning() {
    if (config.method() != Method.FULL) {
      add(
          "adapter",
          trained * Float.BYTES,
          "%s parameters × 4 bytes".formatted(count(trained)),
          true);
    }
    add("gradients", trained * Float.BYTES, "%s trained × 4 bytes".formatted(count(trained)), true);
    add(
        "optimizer",
        trained * 2 * Float.BYTES,
        "%s trained × 2 moments × 4 bytes".formatted(count(trained)),
        true);
  }

  private void activations() {
    TrainingConfig training = config.training();
    long rows = (long) training.batchSize() * training.maxSeqLen();
    boolean shared = shape.queries() != shape.keys();
    double layer =
        8.0 * shape.hidden()
            + 4 * shape.queries()
            + 4 * shape.keys()
            + 5 * shape.intermediate()
            + (shared ? 14 * shape.queries() : 0);
    int width = width(config);
    boolean again = training.gradientCheckpointing();
    double numbers =
        again ? (double) shape.layers() * shape.hidden() + 3 * layer : shape.layers() * layer;
    String of =
        "8·%d + 4·%d + 4·%d + 5·%d%s"
            .formatted(
                shape.hidden(),
                shape.queries(),
                shape.keys(),
                shape.intermediate(),
                shared ? " + 14·%d".formatted(shape.queries()) : "");
    add(
        "activations",
        (long) Math.min(Long.MAX_VALUE, rows * numbers * width),
        "%d × %d tokens × %s × %d bytes"
            .formatted(
                training.batchSize(),
                training.maxSeqLen(),
                again
                    ? "(%d layers × %d + 3 × (%s))".formatted(shape.layers(), shape.hidden(), of)
                    : "%d layers × (%s)".formatted(shape.layers(), of),
                width),
        false);
  }

  /// Three of a kind live at once: logits, their logarithms of probabilities, and the gradients.
  private void logits() {
    TrainingConfig training = config.training();
    long rows = (long) training.batchSize() * training.maxSeqLen();
    String tokens = "%d × %d tokens".formatted(training.batchSize(), training.maxSeqLen());
    int piece = LogitPieces.rows(shape.vocabulary());
    if (config.runtime() == RuntimeName.DJL && rows > piece) {
      rows = piece;
      tokens = "%d tokens at a time".formatted(piece);
    }
    add(
        "logits",
        (long) Math.min(Long.MAX_VALUE, 3.0 * rows * shape.vocabulary() * Float.BYTES),
        "3 × %s × %d words × 4 bytes".formatted(tokens, shape.vocabulary()),
        false);
  }

  private void add(String name, long bytes, String formula, boolean fixed) {
    parts.add(new Part(name, bytes, formula, fixed));
  }

  /// A count of parameters as people say it, such as `105.6 M`.
  static String count(long count) {
    String[] units = {"", " K", " M", " B"};
    double value = count;
    int unit = 0;
    while (value >= 999.95 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    long tenths = Math.round(value * 10);
    return unit == 0 ? Long.toString(count) : tenths / 10 + "." + tenths % 10 + units[unit];
  }

  /// Numbers that are trained.
  static long trained(ModelFacts model, TrainConfig config, List<Linear> targets) {
    if (config.method() == Method.FULL) {
      return model.parameters();
    }
    long rank = config.lora().rank();
    return targets.stream().mapToLong(l -> rank * (l.inputs() + l.outputs())).sum();
  }
}
