package dev.computepool.convert.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/// How many parameters a model has, as its name tells it.
///
/// @param total of all tensors; negative where it is an adapter, whose total stands for the model
///     only roughly
/// @param shared that every token uses
/// @param expert of one expert in each stack
/// @param experts that a stack has on average, or 0
public record SizeLabel(long total, long shared, long expert, long experts) {
  static final SizeLabel UNKNOWN = new SizeLabel(0, 0, 0, 0);

  /// A tensor of the result.
  public record Counted(String name, List<Long> shape) {}

  /// Counts the tensors of a result, in their order.
  public static SizeLabel of(List<Counted> tensors) {
    long total = 0;
    long shared = 0;
    long expert = 0;
    long expertSum = 0;
    long stacks = 0;
    Counted lastA = null;
    for (Counted tensor : tensors) {
      List<Long> shape = tensor.shape;
      if (tensor.name.endsWith(".lora_a")) {
        lastA = tensor;
        continue;
      }
      long size = product(shape);
      if (tensor.name.endsWith(".lora_b")) {
        String expected = tensor.name.substring(0, tensor.name.length() - 1) + "a";
        if (lastA == null || !lastA.name.equals(expected)) {
          return UNKNOWN;
        }
        size = size / Math.max(1, shape.getLast()) * lastA.shape.getLast();
      }
      total += size;
      int experts = tensor.name.contains(".bias") ? shape.size() - 2 : shape.size() - 3;
      if (tensor.name.contains("_exps.") && shape.size() >= 3 && shape.get(experts) > 0) {
        expert += size / shape.get(experts);
        expertSum += shape.get(experts);
        stacks++;
      } else {
        shared += size;
      }
    }
    long experts = stacks > 0 ? expertSum / stacks : 0;
    return new SizeLabel(lastA == null ? total : -total, shared, expert, experts);
  }

  private static long product(List<Long> shape) {
    long product = 1;
    for (long extent : shape) {
      product *= extent;
    }
    return product;
  }

  /// The label, such as `7.2B` or `8x7B`.
  String text() {
    return experts > 0 ? experts + "x" + rounded(shared + expert) : rounded(Math.abs(total));
  }

  private static String rounded(long count) {
    // Multiplied in double precision and rounded as Python's format does, ties to even.
    double scaled;
    String suffix;
    if (count > 1e12) {
      scaled = count * 1e-12;
      suffix = "T";
    } else if (count > 1e9) {
      scaled = count * 1e-9;
      suffix = "B";
    } else if (count > 1e6) {
      scaled = count * 1e-6;
      suffix = "M";
    } else {
      scaled = count * 1e-3;
      suffix = "K";
    }
    String digits =
        String.format(Locale.ROOT, "%d", (long) Math.rint(scaled)).replaceFirst("^0+", "");
    int decimals = Math.max(2 - digits.length(), 0);
    return new BigDecimal(scaled).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString()
        + suffix;
  }
}
