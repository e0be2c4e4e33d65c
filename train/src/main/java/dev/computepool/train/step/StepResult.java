package dev.computepool.train.step;

/// What an optimizer step found.
///
/// @param loss the mean over the tokens that are learned, before the step; 0 if there are none
/// @param lossTokens number of these
/// @param tokens number of all tokens, padding not counted
/// @param gradientNorm length of all gradients together, before clipping
/// @param finite whether loss and gradients are numbers; if not, no weight was touched
public record StepResult(
    double loss, long lossTokens, long tokens, double gradientNorm, boolean finite) {}
