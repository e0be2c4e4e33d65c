package dev.computepool.train.run;

import java.io.IOException;

/// The loss, or the gradient, is no number any more: nothing good comes after it.
public final class LossException extends IOException {
  private static final long serialVersionUID = 1L;

  private final long step;

  LossException(long step, double loss, double gradientNorm) {
    super(
        "step %d: %s is not a number of any use (loss %s, length of the gradients %s)"
            .formatted(
                step, Double.isFinite(loss) ? "the gradient" : "the loss", loss, gradientNorm));
    this.step = step;
  }

  /// The step that was not made.
  public long step() {
    return step;
  }
}
