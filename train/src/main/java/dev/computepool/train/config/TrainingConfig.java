package dev.computepool.train.config;

/// How is learnt.
///
/// @param epochs passes over the dataset; a fraction ends within one
/// @param batchSize examples of one forward pass
/// @param gradientAccumulationSteps forward passes of one step
/// @param maxSeqLen tokens of the longest example
/// @param warmupSteps steps in which the rate rises from 0; 0 to take a share of all steps
/// @param warmupRatio that share
/// @param minLearningRateRatio the least rate, as a share of the rate
/// @param maxGradNorm gradients are scaled down to this norm; 0 to leave them
/// @param logSteps steps between two lines of metrics
/// @param evalSteps steps between two evaluations; 0 for one at the end of each epoch
/// @param saveSteps steps between two checkpoints; 0 for one at the end of each epoch
/// @param saveTotalLimit checkpoints that are kept; 0 for all
/// @param maxSteps where training ends whatever the epochs are; 0 for no limit
/// @param earlyStoppingPatience evaluations without a better loss after which it ends; 0 for no end
/// @param threads that compute; 0 for one a core
/// @param processes that train together, each with batches of its own
/// @param trainOnInputs whether the loss is taken on all turns, not on those of the assistant alone
public record TrainingConfig(
    double epochs,
    double learningRate,
    int batchSize,
    int gradientAccumulationSteps,
    int maxSeqLen,
    int seed,
    Schedule scheduler,
    double warmupRatio,
    int warmupSteps,
    double minLearningRateRatio,
    Optimizer optimizer,
    double weightDecay,
    double adamBeta1,
    double adamBeta2,
    double adamEpsilon,
    double maxGradNorm,
    boolean gradientCheckpointing,
    Packing packing,
    LongExamples longExamples,
    boolean trainOnInputs,
    int logSteps,
    int evalSteps,
    int saveSteps,
    int saveTotalLimit,
    int maxSteps,
    int earlyStoppingPatience,
    int threads,
    Device device,
    int processes,
    Precision precision) {}
