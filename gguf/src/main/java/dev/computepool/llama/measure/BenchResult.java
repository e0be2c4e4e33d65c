package dev.computepool.llama.measure;

import dev.computepool.llama.LlamaInfo;
import java.io.Serializable;
import java.util.List;

/// The speed of a model on this machine.
///
/// @param description of the model, such as `llama 1B Q4_K - Medium`
/// @param bytes of its tensors
/// @param parameters its weights
/// @param library what computed
public record BenchResult(
    String description, long bytes, long parameters, LlamaInfo library, List<Test> tests)
    implements Serializable {
  public BenchResult {
    tests = List.copyOf(tests);
  }

  /// One kind of work.
  ///
  /// @param name as llama-bench calls it, such as `pp512` and `tg128`
  /// @param tokens of one repetition
  /// @param nanos that each repetition took
  public record Test(String name, int tokens, List<Long> nanos) implements Serializable {
    public Test {
      nanos = List.copyOf(nanos);
    }

    /// Tokens a second of each repetition.
    public List<Double> rates() {
      return nanos.stream().map(n -> tokens * 1e9 / n).toList();
    }

    /// The mean of the rates.
    public double mean() {
      return rates().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /// The standard deviation of the rates, as of a sample; 0 of a single one.
    public double deviation() {
      double mean = mean();
      double squares = rates().stream().mapToDouble(r -> (r - mean) * (r - mean)).sum();
      return nanos.size() < 2 ? 0 : Math.sqrt(squares / (nanos.size() - 1));
    }
  }
}
