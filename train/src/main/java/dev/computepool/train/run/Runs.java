package dev.computepool.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Runs as their folders tell of them, also while they go on.
public final class Runs {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long MAX_STATE = 16 << 20;

  private Runs() {}

  /// A run that was found.
  ///
  /// @param status how it really is, whatever its file says
  public record Found(RunFiles files, RunState state, RunStatus status) {}

  /// What the folder of a run says.
  ///
  /// @throws NoSuchFileException if it is none
  /// @throws FormatException if its file is broken
  public static Found find(Path folder) throws IOException {
    RunFiles files = new RunFiles(folder);
    RunState state = read(files);
    RunStatus written =
        RunStatus.of(state.status())
            .orElseThrow(
                () ->
                    new FormatException(
                        files.state().toString(),
                        new Problem("status", "there is no status '" + state.status() + "'")));
    boolean alive = RunLock.isHeld(files);
    RunStatus status =
        alive ? RunStatus.RUNNING : written == RunStatus.RUNNING ? RunStatus.DIED : written;
    return new Found(files, state, status);
  }

  /// All runs in a folder, the oldest first.
  public static List<Found> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> folders = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      children.filter(child -> new RunFiles(child).exists()).forEach(folders::add);
    }
    List<Found> runs = new ArrayList<>();
    for (Path child : folders) {
      runs.add(find(child));
    }
    runs.sort(Comparator.comparing((Found run) -> run.state().startedAt()));
    return runs;
  }

  static RunState read(RunFiles files) throws IOException {
    Path file = files.state();
    if (Files.size(file) > MAX_STATE) {
      throw new FormatException(file.toString(), new Problem("", "too large for a state"));
    }
    try {
      return RunChange.read(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new FormatException(
          file.toString(), new Problem("", "is no state of a run: " + e.getOriginalMessage()));
    }
  }

  /// The metrics so far. A last line that is being written is left out.
  ///
  /// @throws FormatException if another line is broken
  public static List<MetricsRow> metrics(RunFiles files) throws IOException {
    if (!Files.exists(files.metrics())) {
      return List.of();
    }
    String text = Files.readString(files.metrics(), StandardCharsets.UTF_8);
    List<MetricsRow> rows = new ArrayList<>();
    int number = 0;
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      number++;
      try {
        rows.add(JSON.readValue(line, MetricsRow.class));
      } catch (JsonProcessingException e) {
        throw new FormatException(
            files.metrics().toString(),
            new Problem("line " + number, "is no line of metrics: " + e.getOriginalMessage()));
      }
    }
    return rows;
  }

  /// The evaluations so far. Of one that was made again after the run was resumed, the last.
  public static List<RunEvent.Evaluated> evaluations(RunFiles files) throws IOException {
    if (!Files.exists(files.events())) {
      return List.of();
    }
    List<RunEvent.Evaluated> found = new ArrayList<>();
    String text = Files.readString(files.events(), StandardCharsets.UTF_8);
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      var tree = JSON.readTree(line);
      if (tree.path("type").asText().equals("eval")) {
        long step = tree.path("step").asLong();
        found.removeIf(older -> older.step() >= step);
        found.add(
            new RunEvent.Evaluated(
                step,
                tree.path("epoch").asDouble(),
                tree.path("eval_loss").asDouble(),
                tree.path("best").asBoolean()));
      }
    }
    return found;
  }
}
