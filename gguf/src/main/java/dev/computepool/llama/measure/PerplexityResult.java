package dev.computepool.llama.measure;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/// How well a model predicts a text: as well as if it had to guess among so many tokens each
/// time.
///
/// @param perplexity e to the mean of the negative logarithms of the probabilities
/// @param uncertainty the standard error of that
/// @param predicted tokens
/// @param running the perplexity after each piece of the text
public record PerplexityResult(
    double perplexity, double uncertainty, long predicted, List<Double> running, Duration duration)
    implements Serializable {
  public PerplexityResult {
    running = List.copyOf(running);
  }
}
