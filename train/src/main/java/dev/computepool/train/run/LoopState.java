package dev.computepool.train.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SyntaxProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a run is: what a checkpoint keeps beside the weights and the optimizer.
///
/// @param lossSum of the steps since the last line of metrics: loss times tokens
/// @param lossTokens their tokens that are learned
/// @param worse evaluations since the best one
/// @param measured the step after which the validation loss was last measured
/// @param elapsedS seconds of training so far
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonIgnoreProperties(ignoreUnknown = true)
record LoopState(
    long step,
    double lossSum,
    long lossTokens,
    RunState.@Nullable Best best,
    int worse,
    long measured,
    double elapsedS) {
  static final LoopState START = new LoopState(0, 0, 0, null, 0, 0, 0);

  private static final String FILE = "trainer_state.json";
  private static final JsonMapper JSON = new JsonMapper();

  void write(Path directory) throws IOException {
    JSON.writerWithDefaultPrettyPrinter().writeValue(directory.resolve(FILE).toFile(), this);
  }

  /// Reads what {@link #write} wrote.
  ///
  /// @throws FormatException if it is something else
  static LoopState read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    try {
      return JSON.readValue(Files.readAllBytes(file), LoopState.class);
    } catch (JsonProcessingException e) {
      throw new FormatException(
          file.toString(), new Problem("", "is not what we wrote: " + SyntaxProblem.words(e)));
    }
  }

  LoopState at(long newStep, double newElapsed) {
    return new LoopState(newStep, lossSum, lossTokens, best, worse, measured, newElapsed);
  }

  LoopState plus(double loss, long tokens) {
    return new LoopState(
        step, lossSum + loss * tokens, lossTokens + tokens, best, worse, measured, elapsedS);
  }

  LoopState logged() {
    return new LoopState(step, 0, 0, best, worse, measured, elapsedS);
  }

  LoopState better(RunState.Best newBest) {
    return new LoopState(step, lossSum, lossTokens, newBest, 0, step, elapsedS);
  }

  LoopState worsened() {
    return new LoopState(step, lossSum, lossTokens, best, worse + 1, step, elapsedS);
  }
}
