package dev.computepool.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.SyntaxProblem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/// Runs as their folders tell of them, also while they go on.
public final class Runs {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long MAX_STATE = 16 << 20;

  /// What `run.json` cannot do without.
  private static final List<String> REQUIRED =
      List.of(
          "id",
          "name",
          "started_at",
          "updated_at",
          "status",
          "version",
          "runtime",
          "workload_class",
          "base_model",
          "output");

  private Runs() {}

  /// A run that was found.
  ///
  /// @param status how it really is, whatever its file says
  public record Found(RunFiles files, RunState state, RunStatus status) {
    /// Whether it can be taken up again.
    public boolean isResumable() {
      return switch (status) {
        case STOPPED, FAILED, DIED -> true;
        case RUNNING, COMPLETED -> false;
      };
    }
  }

  /// The runs of a folder.
  ///
  /// @param runs the oldest first
  /// @param broken why others cannot be read, in the order of their folders
  public record Listing(List<Found> runs, List<FormatException> broken) {
    public Listing {
      runs = List.copyOf(runs);
      broken = List.copyOf(broken);
    }
  }

  /// What the folder of a run says.
  ///
  /// @throws NoSuchFileException if it is none
  /// @throws FormatException if its file is broken
  public static Found find(Path folder) throws IOException {
    RunFiles files = new RunFiles(folder);
    RunState state = read(files);
    if (RunLock.isHeld(files)) {
      return new Found(files, state, RunStatus.RUNNING);
    }
    if (written(files, state) == RunStatus.RUNNING) {
      // It may have come to its end between the two looks: what it wrote at last is there now.
      state = read(files);
    }
    RunStatus written = written(files, state);
    return new Found(files, state, written == RunStatus.RUNNING ? RunStatus.DIED : written);
  }

  private static RunStatus written(RunFiles files, RunState state) throws FormatException {
    return RunStatus.of(state.status())
        .orElseThrow(
            () ->
                new FormatException(
                    files.state().toString(),
                    new Problem("status", "there is no status '" + state.status() + "'")));
  }

  /// All runs in a folder; none if there is no such folder.
  public static Listing list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return new Listing(List.of(), List.of());
    }
    List<Path> folders;
    try (Stream<Path> children = Files.list(folder)) {
      folders = children.filter(child -> new RunFiles(child).exists()).sorted().toList();
    }
    List<Found> runs = new ArrayList<>();
    List<FormatException> broken = new ArrayList<>();
    for (Path child : folders) {
      try {
        runs.add(find(child));
      } catch (FormatException e) {
        broken.add(e);
      } catch (NoSuchFileException e) {
        // It was deleted while we looked.
      } catch (IOException e) {
        // One run that cannot be read is no reason to show none.
        broken.add(new FormatException(child.toString(), new Problem("", why(e))));
      }
    }
    runs.sort(Comparator.comparing((Found run) -> run.state().startedAt()));
    return new Listing(runs, broken);
  }

  private static String why(IOException e) {
    return e instanceof AccessDeniedException denied
        ? "no permission for " + denied.getFile()
        : "cannot be read: " + e.getMessage();
  }

  /// The checkpoints that are there, in the order of their steps, the result last.
  public static List<SavedCheckpoint> checkpoints(RunFiles files) throws IOException {
    List<Path> folders;
    try (Stream<Path> children = Files.list(files.folder())) {
      folders = children.filter(Files::isDirectory).toList();
    }
    List<SavedCheckpoint> found = new ArrayList<>();
    for (Path child : folders) {
      String name = child.getFileName().toString();
      Matcher numbered = Checkpoints.NAME.matcher(name);
      if (numbered.matches()) {
        found.add(new SavedCheckpoint(name, Long.parseLong(numbered.group(1)), bytes(child)));
      } else if (name.equals(RunFiles.FINAL)) {
        found.add(new SavedCheckpoint(name, -1, bytes(child)));
      }
    }
    found.sort(
        Comparator.comparing(SavedCheckpoint::isResult).thenComparingLong(SavedCheckpoint::step));
    return found;
  }

  private static long bytes(Path folder) throws IOException {
    long[] sum = {0};
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // the run has just deleted an old checkpoint
            }
            throw e;
          }
        });
    return sum[0];
  }

  /// Asks a run to stop after the step that it is in.
  ///
  /// @throws NotRunningException if no process works on it
  public static void requestStop(Found run) throws IOException {
    if (run.status() != RunStatus.RUNNING) {
      throw new NotRunningException(run);
    }
    Path request = run.files().stopRequest();
    try {
      Files.createFile(request);
    } catch (FileAlreadyExistsException e) {
      return; // asked before, and will do so
    }
    Found now = find(run.files().folder());
    if (now.status() != RunStatus.RUNNING && Files.deleteIfExists(request)) {
      // It ended meanwhile by itself, and nobody is left to be asked.
      throw new NotRunningException(now);
    }
  }

  static RunState read(RunFiles files) throws IOException {
    Path file = files.state();
    if (Files.size(file) > MAX_STATE) {
      throw new FormatException(file.toString(), new Problem("", "too large for a state"));
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      JsonNode tree = JSON.readTree(bytes);
      List<Problem> missing =
          REQUIRED.stream()
              .filter(key -> !tree.path(key).isTextual())
              .map(key -> new Problem(key, "is missing, or is no text"))
              .toList();
      if (!missing.isEmpty()) {
        throw new FormatException(file.toString(), missing);
      }
      return RunChange.read(bytes);
    } catch (JsonProcessingException e) {
      throw new FormatException(
          file.toString(), new Problem("", "is no state of a run: " + SyntaxProblem.words(e)));
    }
  }

  /// The metrics so far. A last line that is being written is left out.
  ///
  /// @throws FormatException if another line is broken
  public static List<MetricsRow> metrics(RunFiles files) throws IOException {
    List<MetricsRow> rows = new ArrayList<>();
    eachLine(files.metrics(), "metrics", line -> rows.add(JSON.readValue(line, MetricsRow.class)));
    return rows;
  }

  private interface LineReader {
    void read(String line) throws JsonProcessingException;
  }

  private static void eachLine(Path file, String what, LineReader reader) throws IOException {
    LineFollower follower = LineFollower.ofAll(file);
    int number = 0;
    for (List<String> some = follower.next(); !some.isEmpty(); some = follower.next()) {
      for (String line : some) {
        number++;
        try {
          reader.read(line);
        } catch (JsonProcessingException e) {
          throw new FormatException(
              file.toString(),
              new Problem(
                  "line " + number,
                  "is no line of %s: %s".formatted(what, SyntaxProblem.words(e))));
        }
      }
    }
  }

  /// The evaluations so far. Of one that was made again after the run was resumed, the last.
  ///
  /// @throws FormatException if a line is broken that is not the last
  public static List<RunEvent.Evaluated> evaluations(RunFiles files) throws IOException {
    List<RunEvent.Evaluated> found = new ArrayList<>();
    eachLine(
        files.events(),
        "events",
        line -> {
          JsonNode tree = JSON.readTree(line);
          if (tree.path("type").asText().equals("eval")) {
            long step = tree.path("step").asLong();
            found.removeIf(older -> older.step() >= step);
            found.add(
                new RunEvent.Evaluated(
                    step,
                    tree.path("epoch").asDouble(),
                    tree.path("eval_loss").asDouble(Double.NaN),
                    tree.path("best").asBoolean()));
          }
        });
    return found;
  }
}
