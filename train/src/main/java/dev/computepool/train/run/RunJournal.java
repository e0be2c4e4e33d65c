package dev.computepool.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.computepool.base.AtomicFile;
import dev.computepool.base.DiskSpace;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.hash.Digest;
import dev.computepool.train.batch.TokenCounts;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/// Writes what happens in a run, for whoever looks at its folder now or later. Holds the run's
/// lock.
public final class RunJournal implements Closeable {
  private static final JsonMapper JSON = new JsonMapper();

  private final RunFiles files;
  private final RunLock lock;
  private final Clock clock;
  private final RunListener listener;
  private RunState state;

  private RunJournal(
      RunFiles files, RunLock lock, Clock clock, RunListener listener, RunState state) {
    this.files = files;
    this.lock = lock;
    this.clock = clock;
    this.listener = listener;
    this.state = state;
  }

  /// Begins the folder of a new run.
  ///
  /// @param folder must be there, and have no run
  static RunJournal create(Path folder, RunState state, Clock clock, RunListener listener)
      throws IOException {
    RunFiles files = new RunFiles(folder);
    RunLock lock = RunLock.take(files);
    try {
      RunJournal journal = new RunJournal(files, lock, clock, listener, state);
      journal.writeState();
      return journal;
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  /// Takes up a run that has ended, or whose process is gone.
  ///
  /// @throws dev.computepool.base.BusyException if a process works on it
  public static RunJournal resume(RunFiles files, Clock clock, RunListener listener)
      throws IOException {
    RunLock lock = RunLock.take(files);
    try {
      RunState state = Runs.read(files);
      LineFollower.cutUnfinished(files.events());
      return new RunJournal(files, lock, clock, listener, state);
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  /// What is known of a run when it begins.
  ///
  /// @param version of this program
  /// @param baseModel folder of the model to start from
  public record Facts(
      String name,
      String version,
      String runtime,
      String workloadClass,
      String method,
      String baseModel) {}

  /// Makes the folder of a new run.
  ///
  /// @param output the folder of runs; made if it is not there
  /// @param config the configuration as it is to be kept: paths absolute
  public static RunJournal begin(
      Path output, String config, Facts facts, Clock clock, RunListener listener)
      throws IOException {
    Files.createDirectories(output);
    Instant now = Instant.now(clock).truncatedTo(ChronoUnit.MILLIS);
    String id = RunId.of(now);
    Path folder = Files.createDirectory(output.resolve(id));
    RunFiles files = new RunFiles(folder);
    AtomicFile.writeString(files.config(), config);
    AtomicFile.writeString(files.infernetConfig(), config);
    RunState state =
        new RunState(
            id,
            facts.name(),
            now.toString(),
            now.toString(),
            null,
            RunStatus.RUNNING.label(),
            null,
            null,
            facts.version(),
            facts.runtime(),
            facts.workloadClass(),
            facts.baseModel(),
            folder.toString(),
            0,
            0,
            0,
            null,
            0,
            null,
            null,
            null,
            null,
            MachineFacts.here(),
            new YAMLMapper().readTree(config));
    AtomicFile.writeString(files.readme(), RunReadme.of(state, facts.method()));
    return create(folder, state, clock, listener);
  }

  /// Takes up again what had ended.
  public void goOn() throws IOException {
    Files.deleteIfExists(files.stopRequest());
    change(
        tree -> {
          tree.put("status", RunStatus.RUNNING.label());
          tree.set("machine", MachineFacts.here());
          tree.remove(List.of("reason", "exit_code", "ended_at"));
        });
  }

  /// Writes down how large the model is.
  public void describeModel(long parameters, long trainable) throws IOException {
    change(
        tree ->
            tree.putObject("model")
                .put("parameters", parameters)
                .put("trainable_parameters", trainable));
  }

  /// Writes down how many examples are on which side.
  public void describeDataset(int training, int validation) throws IOException {
    change(
        tree ->
            tree.withObject("/dataset")
                .put("training_examples", training)
                .put("validation_examples", validation));
  }

  /// Writes down what became of the examples of a file, and tells what its owner may not expect.
  ///
  /// @param part what the file is to the run, such as `training`
  public void describe(String part, Path dataset, Digest content, TokenCounts counts)
      throws IOException {
    change(
        tree -> {
          ObjectNode file = tree.withObject("/dataset").putObject(part);
          file.put("path", dataset.toString()).put("sha256", content.hex());
          file.put("examples", counts.examples()).put("tokens", counts.tokens());
          file.put("cut", counts.cut()).put("left_out", counts.leftOutCount());
        });
    if (counts.cut() > 0) {
      record(
          new RunEvent.Note(
              "%s: %d of %d examples are longer than max_seq_len and are cut off"
                  .formatted(dataset, counts.cut(), counts.examples())));
    }
    for (Map.Entry<String, TokenCounts.LeftOut> reason : counts.leftOut().entrySet()) {
      TokenCounts.LeftOut left = reason.getValue();
      record(
          new RunEvent.Note(
              "%s: %d example%s left out, the first in line %d: %s"
                  .formatted(
                      dataset,
                      left.count(),
                      left.count() == 1 ? " is" : "s are",
                      left.first(),
                      reason.getKey())));
    }
  }

  /// Makes sure that a run that goes on learns from what it began with.
  ///
  /// @throws FormatException if the file is another now
  public void requireSame(String part, Path dataset, Digest content) throws IOException {
    JsonNode known = state.dataset();
    String before = known == null ? "" : known.path(part).path("sha256").asText("");
    if (!before.isEmpty() && !before.equals(content.hex())) {
      throw new FormatException(
          dataset.toString(),
          new Problem(
              "",
              "is not what the run began with: its SHA-256 was %s and is %s"
                  .formatted(before, content.hex())));
    }
  }

  public RunFiles files() {
    return files;
  }

  public RunState state() {
    return state;
  }

  /// The time, as files have it.
  String now() {
    return Instant.now(clock).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /// Changes fields of the state, by their names in `run.json`.
  void change(Consumer<ObjectNode> change) throws IOException {
    state =
        RunChange.with(
            state,
            tree -> {
              change.accept(tree);
              tree.put("updated_at", now());
            });
    writeState();
  }

  private void writeState() throws IOException {
    try {
      AtomicFile.writeString(files.state(), RunChange.write(state));
    } catch (NoSuchFileException e) {
      throw missing(files.state(), e);
    } catch (IOException e) {
      throw DiskSpace.explain(e, files.folder(), 0);
    }
  }

  /// What it means that a file of a run cannot be made.
  private static IOException missing(Path file, NoSuchFileException e) {
    Path folder = Objects.requireNonNull(file.getParent());
    return Files.isDirectory(folder)
        ? e
        : new IOException("the folder of the run is gone, deleted or moved: " + folder);
  }

  /// Adds a line of metrics.
  void add(MetricsRow row) throws IOException {
    append(files.metrics(), JSON.writeValueAsString(row));
  }

  /// Takes back lines of metrics that are to be written again.
  ///
  /// @param step the last that is kept
  void forgetAfter(long step) throws IOException {
    StringBuilder kept = new StringBuilder();
    for (MetricsRow row : Runs.metrics(files)) {
      if (row.step() <= step) {
        kept.append(JSON.writeValueAsString(row)).append('\n');
      }
    }
    AtomicFile.writeString(files.metrics(), kept.toString());
  }

  /// Records what happened, in `events.jsonl` and `run.log`, and tells it.
  public void record(RunEvent event) throws IOException {
    ObjectNode tree = JSON.createObjectNode().put("v", 1);
    String line =
        switch (event) {
          case RunEvent.Opened(String folder) -> {
            tree.put("type", "meta").put("run", state.id()).put("version", state.version());
            yield "opened " + folder;
          }
          case RunEvent.Stage(String what) -> {
            tree.put("type", "log").put("message", what);
            yield what;
          }
          case RunEvent.Note(String what) -> {
            tree.put("type", "log").put("message", what);
            yield what;
          }
          case RunEvent.Begun(long from, long steps) -> {
            tree.put("type", "meta").put("from_step", from).put("steps", steps);
            yield "training from step " + (steps > 0 ? from + " of " + steps : from);
          }
          case RunEvent.Stepped(long step, long steps, var row) -> {
            if (row == null) {
              yield "";
            }
            tree.put("type", "step").put("step", step).put("loss", row.loss());
            if (row.lr() != null) {
              tree.put("lr", row.lr());
            }
            yield "step %s: loss %.4f"
                .formatted(steps > 0 ? step + " of " + steps : step, row.loss());
          }
          case RunEvent.Evaluated evaluated -> {
            tree.put("type", "eval")
                .put("step", evaluated.step())
                .put("epoch", evaluated.epoch())
                .put("eval_loss", evaluated.loss())
                .put("perplexity", evaluated.perplexity())
                .put("best", evaluated.best());
            yield "step %d: validation loss %.4f, perplexity %.2f%s"
                .formatted(
                    evaluated.step(),
                    evaluated.loss(),
                    evaluated.perplexity(),
                    evaluated.best() ? ", the best so far" : "");
          }
          case RunEvent.Saved(long step, String folder) -> {
            tree.put("type", "checkpoint").put("step", step).put("path", folder);
            yield "step %d: saved %s".formatted(step, folder);
          }
        };
    if (!line.isEmpty()) {
      append(files.events(), JSON.writeValueAsString(tree.put("ts", now())));
      append(files.log(), now() + " " + line);
    }
    listener.happened(event);
  }

  /// Adds a line that a runtime's program printed to `run.log`. May be called by any thread.
  public void print(String line) throws IOException {
    append(files.log(), line);
  }

  /// The run is over, or stops here.
  ///
  /// @param reason why it did not come to its end; empty if it did
  public void end(RunStatus status, String reason, int exitCode) throws IOException {
    ObjectNode tree =
        JSON.createObjectNode()
            .put("v", 1)
            .put("type", status == RunStatus.FAILED ? "error" : "done")
            .put("status", status.label())
            .put("step", state.step());
    if (!reason.isEmpty()) {
      tree.put("message", reason);
    }
    change(
        fields -> {
          fields.put("status", status.label()).put("exit_code", exitCode).put("ended_at", now());
          if (reason.isEmpty()) {
            fields.remove("reason");
          } else {
            fields.put("reason", reason);
          }
        });
    append(files.events(), JSON.writeValueAsString(tree.put("ts", now())));
    append(files.log(), now() + " " + status.label() + (reason.isEmpty() ? "" : ": " + reason));
  }

  private static void append(Path file, String line) throws IOException {
    // One write a line: who reads meanwhile sees whole lines.
    try (OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      throw missing(file, e);
    } catch (IOException e) {
      throw DiskSpace.explain(e, Objects.requireNonNull(file.getParent()), 0);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(
          e); // closing a lock file cannot fail for a reason of the user's
    }
  }
}
