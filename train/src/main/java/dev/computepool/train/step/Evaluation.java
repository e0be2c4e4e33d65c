package dev.computepool.train.step;

/// What a model makes of examples that it does not learn.
///
/// @param loss the mean over the tokens with a label; 0 if there are none
/// @param lossTokens number of these
public record Evaluation(double loss, long lossTokens) {}
