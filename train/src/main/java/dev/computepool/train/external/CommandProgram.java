package dev.computepool.train.external;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.AtomicFile;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainingConfig;
import dev.computepool.train.run.RunFiles;
import dev.computepool.train.run.RunState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The command of a user's own, with what it needs to know in its environment.
///
/// @param base folder of the model to start from
public record CommandProgram(TrainConfig config, Path base) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String CONFIG = "config.json";

  /// How long it may take to save itself.
  private static final Duration GRACE = Duration.ofSeconds(60);

  /// Writes what the command reads.
  ///
  /// @param resume checkpoint to go on from, if there is one
  public Program write(RunFiles files, RunState state, Optional<Path> resume) throws IOException {
    Path run = files.folder().toAbsolutePath().normalize();
    AtomicFile.writeString(
        run.resolve(CONFIG),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(state.config()) + "\n");
    TrainingConfig training = config.training();
    Map<String, String> environment = new TreeMap<>();
    environment.put("COMPUTEPOOL_RUN", run.toString());
    environment.put("COMPUTEPOOL_RUN_ID", state.id());
    environment.put("COMPUTEPOOL_CONFIG", run.resolve(CONFIG).toString());
    environment.put("COMPUTEPOOL_BASE_MODEL", base.toString());
    environment.put("COMPUTEPOOL_DATASET", absolute(config.input().dataset()));
    Path validation = config.input().validation();
    environment.put("COMPUTEPOOL_VALIDATION", validation == null ? "" : absolute(validation));
    environment.put(
        "COMPUTEPOOL_RESULT", files.finalCheckpoint().toAbsolutePath().normalize().toString());
    environment.put("COMPUTEPOOL_RESUME", resume.map(CommandProgram::absolute).orElse(""));
    environment.put("COMPUTEPOOL_PROCESSES", Integer.toString(training.processes()));
    environment.putAll(config.command().env());
    return new Program(
        config.command().argv().getFirst(),
        config.command().argv(),
        config.command().folder().toAbsolutePath().normalize(),
        environment,
        Program.Asking.BY_SIGNAL,
        GRACE);
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
