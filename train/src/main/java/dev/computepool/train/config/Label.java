package dev.computepool.train.config;

import java.util.Locale;

/// A value that a file names by a word of its own.
public interface Label {
  /// The name of the constant.
  String name();

  /// As files and messages name it, such as `all-linear`.
  default String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
