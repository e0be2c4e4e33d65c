package dev.computepool.train.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/// A line of `metrics.jsonl`.
///
/// @param step optimizer steps that were done
/// @param loss the mean over the tokens learned since the line before
/// @param lr learning rate of the step, where it is told
/// @param epoch passes over the examples so far, where that is told
/// @param elapsedS seconds of training so far, all sessions of the run together
/// @param tokensPerS tokens a second since the line before, padding not counted
/// @param gradNorm length of the gradients before clipping
/// @param memoryBytes of the process, where it is known
/// @param ts when it was written, ISO 8601 in UTC
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MetricsRow(
    long step,
    double loss,
    @Nullable Double lr,
    @Nullable Double epoch,
    double elapsedS,
    @Nullable Double tokensPerS,
    @Nullable Double gradNorm,
    @Nullable Long memoryBytes,
    String ts) {}
