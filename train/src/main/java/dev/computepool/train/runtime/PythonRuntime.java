package dev.computepool.train.runtime;

import dev.computepool.train.batch.TokenFile;
import dev.computepool.train.batch.TokenLines;
import dev.computepool.train.config.RuntimeName;
import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainConfigFile;
import dev.computepool.train.external.Program;
import dev.computepool.train.external.Supervisor;
import dev.computepool.train.external.ToolProgram;
import dev.computepool.train.python.Python;
import dev.computepool.train.python.PythonFacts;
import dev.computepool.train.python.PythonMissingException;
import dev.computepool.train.run.Outcome;
import dev.computepool.train.run.ReportedRun;
import dev.computepool.train.run.RunEvent;
import dev.computepool.train.run.RunJournal;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Trains with a library of Python, from the tokens that {@link DjlRuntime} would train on.
final class PythonRuntime implements TrainingRuntime {
  private final String usualPython;

  /// @param usualPython a file, or a name on the path, if the configuration has none
  PythonRuntime(String usualPython) {
    this.usualPython = usualPython;
  }

  @Override
  public Outcome train(RunJournal journal, TrainConfigFile file, Path base, Session session)
      throws IOException {
    TrainConfig config = file.config();
    // Between two sessions of a run it may have gone.
    PythonFacts python = Python.of(config, usualPython).orElseThrow();
    if (python.problem(config.runtime().label()).isPresent()) {
      throw new PythonMissingException(python, config.runtime().label());
    }
    Tokens tokens = tokens(journal, config, base, session);
    ReportedRun run = new ReportedRun(journal, base, config.training().saveTotalLimit());
    int threads = config.training().threads();
    ToolProgram tool =
        new ToolProgram(
            config,
            base,
            tokens.training(),
            tokens.validation(),
            python.executable(),
            threads > 0 ? threads : session.threads());
    Program program = tool.write(journal.files(), run.begin());
    journal.record(new RunEvent.Stage("Starting " + program.name()));
    return new Supervisor(journal, run, Limits.longest(file), session.progress().cancellation())
        .run(program);
  }

  /// The files that the program reads.
  private record Tokens(Path training, @Nullable Path validation) {}

  private static Tokens tokens(RunJournal journal, TrainConfig config, Path base, Session session)
      throws IOException {
    try (RunExamples examples = RunExamples.read(journal, config, base, session)) {
      Path training =
          write(journal, config, "training", examples.training(), examples.split().training());
      int[] kept = examples.split().validation();
      return new Tokens(
          training,
          kept.length == 0
              ? null
              : write(journal, config, "validation", examples.measured(), kept));
    }
  }

  private static Path write(
      RunJournal journal, TrainConfig config, String part, TokenFile from, int[] chosen)
      throws IOException {
    Path file = journal.files().tokens(part).resolveSibling(part + ".jsonl");
    TokenLines.write(from, chosen, config.runtime() == RuntimeName.AXOLOTL, file);
    return file;
  }
}
