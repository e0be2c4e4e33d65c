package dev.computepool.bench.torch;

/// What a step computes at once.
///
/// @param rows of a batch
/// @param length of each, in tokens
/// @param checkpointing whether layers are computed again for their gradients
public record StepShape(int rows, int length, boolean checkpointing) {
  private static final int MAX = 1 << 20;

  public StepShape {
    // The first token of a row is predicted by nothing, so a row of one teaches nothing.
    if (rows < 1 || length < 2 || rows > MAX || length > MAX || (long) rows * length > MAX) {
      throw new IllegalArgumentException(
          "%d × %d: a batch has from 1 row of 2 tokens to 1048576 tokens".formatted(rows, length));
    }
  }
}
