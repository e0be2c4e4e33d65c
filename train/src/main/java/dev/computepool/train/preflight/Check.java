package dev.computepool.train.preflight;

import dev.computepool.train.config.Findings;
import dev.computepool.train.config.TrainConfigFile;

/// Where checks of one file put what they find, at the place of the key it is about.
///
/// @param file whose places count
record Check(TrainConfigFile file, Findings findings) {
  void problem(String key, String what) {
    findings.problem(key, file.place(key), what);
  }

  void note(String key, String what) {
    findings.note(key, file.place(key), what);
  }

  /// Whether the value of a key is what the file says, and not a preset in place of a wrong one.
  boolean isSound(String key) {
    return !findings.isWrong(key);
  }
}
