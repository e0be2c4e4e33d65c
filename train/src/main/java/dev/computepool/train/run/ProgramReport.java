package dev.computepool.train.run;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a program that trains tells of itself, a line each.
public sealed interface ProgramReport {
  /// Training begins.
  ///
  /// @param steps of the whole training; 0 if that is not known
  /// @param parameters of the model, and of these those that are trained; 0 if not told
  record Begun(long steps, long parameters, long trainable) implements ProgramReport {}

  /// A step was made.
  ///
  /// @param row what is known of it, without times; null if nothing is
  record Stepped(long step, @Nullable Measured row) implements ProgramReport {}

  /// The figures of a step, as {@link MetricsRow} has them.
  record Measured(
      double loss,
      @Nullable Double lr,
      @Nullable Double epoch,
      @Nullable Double tokensPerS,
      @Nullable Double gradNorm,
      @Nullable Long memoryBytes) {}

  /// The loss over the validation examples was measured.
  ///
  /// @param epoch NaN if not told
  record Evaluated(long step, double epoch, double loss) implements ProgramReport {}

  /// A checkpoint is complete.
  ///
  /// @param path of its folder, absolute or relative to the run's
  /// @param step after which it was saved, if told
  record Saved(String path, OptionalLong step) implements ProgramReport {}

  /// What is being done now.
  record Stage(String what) implements ProgramReport {}

  /// Something that the run's owner should know.
  record Note(String what) implements ProgramReport {}

  /// It cannot go on.
  record Failed(String why) implements ProgramReport {}

  /// It comes to its end before the last step, of its own accord.
  record Done(String why) implements ProgramReport {}

  /// It stops where it was asked to, and can go on from there.
  record Stopped(long step) implements ProgramReport {}
}
