package dev.computepool.cli.command.train;

import dev.computepool.cli.term.Style;
import dev.computepool.train.report.Instruction;
import dev.computepool.train.report.RunRecord;
import dev.computepool.train.run.RunFiles;
import dev.computepool.train.run.RunState;
import dev.computepool.train.run.RunStatus;
import dev.computepool.train.run.Runs;
import dev.computepool.train.run.SavedCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What is said of runs in more than one place.
final class RunWords {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@%+,-]+");

  private RunWords() {}

  static String coloured(RunStatus status, Style style) {
    return switch (status) {
      case RUNNING -> style.link(status.label());
      case COMPLETED -> style.good(status.label());
      case STOPPED -> style.doubtful(status.label());
      case FAILED, DIED -> style.bad(status.label());
    };
  }

  /// The command that goes on with a run.
  static String resume(String program, Path folder) {
    return "%s train resume %s".formatted(program, quoted(folder.toString()));
  }

  /// All that can be done with a run, paths absolute.
  static List<Instruction> instructions(String program, RunRecord record) {
    Runs.Found run = record.run();
    RunState state = run.state();
    Path folder = run.files().folder().toAbsolutePath().normalize();
    List<Instruction> all = new ArrayList<>();
    String config = quoted(new RunFiles(folder).config().toString());
    all.add(
        new Instruction(
            "Train the same again", "%s train run --local --config %s".formatted(program, config)));
    if (run.isResumable()) {
      all.add(new Instruction("Go on with it", resume(program, folder)));
    }
    Optional<String> result = result(record);
    if (result.isEmpty()) {
      return all;
    }
    String trained = quoted(folder.resolve(result.get()).toString());
    String model = folder.resolve("model.gguf").toString();
    boolean full = state.config() != null && state.config().path("method").asText().equals("full");
    if (full) {
      all.add(
          new Instruction(
              "Convert the model to GGUF",
              "%s convert %s -o %s".formatted(program, trained, quoted(model))));
      return all;
    }
    String base = quoted(state.baseModel());
    String merged = quoted(folder.resolve("merged").toString());
    all.add(
        new Instruction(
            "Merge the adapter into its model",
            "%s train merge %s --base %s -o %s".formatted(program, trained, base, merged)));
    all.add(
        new Instruction(
            "Convert the merged model to GGUF",
            "%s convert %s -o %s".formatted(program, merged, quoted(model))));
    all.add(
        new Instruction(
            "Convert the adapter alone to GGUF",
            "%s convert %s --base %s -o %s"
                .formatted(
                    program, trained, base, quoted(folder.resolve("adapter.gguf").toString()))));
    return all;
  }

  /// The folder of what was trained: the result, else the best, else the newest checkpoint.
  private static Optional<String> result(RunRecord record) {
    List<String> names = record.checkpoints().stream().map(SavedCheckpoint::name).toList();
    if (names.contains(RunFiles.FINAL)) {
      return Optional.of(RunFiles.FINAL);
    }
    RunState.Best best = record.run().state().best();
    if (best != null && names.contains(best.checkpoint())) {
      return Optional.of(best.checkpoint());
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(names.getLast());
  }

  /// A word as a shell takes it.
  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
