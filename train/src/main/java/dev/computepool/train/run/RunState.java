package dev.computepool.train.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/// What `run.json` says: all that is known of a run but its metrics.
///
/// Times are ISO 8601 in UTC.
///
/// @param name as its configuration calls it
/// @param status one of {@link RunStatus}, but never `died`
/// @param reason why it stopped or failed
/// @param exitCode of the program, once it has ended
/// @param step optimizer steps that are done
/// @param steps of the whole run; 0 while they are not known
/// @param loss of the last line of metrics
/// @param checkpoint the newest folder that it can be resumed from
/// @param best the checkpoint with the least loss over the validation examples
/// @param dataset what is learned from; depends on the runtime
/// @param model what is trained; depends on the runtime
/// @param machine what worked on it last: system, processors, memory, Java
/// @param config what the configuration file says, key by key
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunState(
    String id,
    String name,
    String startedAt,
    String updatedAt,
    @Nullable String endedAt,
    String status,
    @Nullable String reason,
    @Nullable Integer exitCode,
    String version,
    String runtime,
    String workloadClass,
    String baseModel,
    String output,
    long step,
    long steps,
    double epoch,
    @Nullable Double loss,
    double elapsedS,
    @Nullable String checkpoint,
    @Nullable Best best,
    @Nullable JsonNode dataset,
    @Nullable JsonNode model,
    @Nullable JsonNode machine,
    @Nullable JsonNode config) {
  /// The least loss so far.
  ///
  /// @param checkpoint its folder
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Best(long step, double evalLoss, String checkpoint) {}
}
