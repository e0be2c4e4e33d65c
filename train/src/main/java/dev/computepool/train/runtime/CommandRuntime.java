package dev.computepool.train.runtime;

import dev.computepool.train.config.TrainConfig;
import dev.computepool.train.config.TrainConfigFile;
import dev.computepool.train.external.CommandProgram;
import dev.computepool.train.external.Supervisor;
import dev.computepool.train.run.Outcome;
import dev.computepool.train.run.ReportedRun;
import dev.computepool.train.run.RunJournal;
import java.io.IOException;
import java.nio.file.Path;

/// Trains with a command of the user's own.
final class CommandRuntime implements TrainingRuntime {
  @Override
  public Outcome train(RunJournal journal, TrainConfigFile file, Path base, Session session)
      throws IOException {
    TrainConfig config = file.config();
    ReportedRun run = new ReportedRun(journal, base, config.training().saveTotalLimit());
    CommandProgram command = new CommandProgram(config, base);
    return new Supervisor(journal, run, Limits.longest(file), session.progress().cancellation())
        .run(command.write(journal.files(), journal.state(), run.begin()));
  }
}
