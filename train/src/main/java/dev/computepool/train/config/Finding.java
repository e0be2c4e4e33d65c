package dev.computepool.train.config;

/// Something about a configuration that its owner should know.
///
/// @param key what it is about, such as `training.learning_rate`; a section, or empty for all
/// @param place of its value, or of the section that should have it
public record Finding(Level level, String key, Place place, String what) {
  /// How bad it is.
  public enum Level implements Label {
    /// Nothing can be trained until it is put right.
    PROBLEM,
    /// Something is otherwise than one might think.
    NOTE
  }
}
