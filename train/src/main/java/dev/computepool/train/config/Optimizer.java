package dev.computepool.train.config;

import java.util.Locale;

/// What turns gradients into steps.
public enum Optimizer implements Label {
  ADAMW,
  ADAMW_8BIT,
  PAGED_ADAMW_8BIT,
  ADAFACTOR;

  /// As transformers names it, such as `paged_adamw_8bit`.
  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
