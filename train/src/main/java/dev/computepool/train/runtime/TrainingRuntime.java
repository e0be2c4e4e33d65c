package dev.computepool.train.runtime;

import dev.computepool.train.config.RuntimeName;
import dev.computepool.train.config.TrainConfigFile;
import dev.computepool.train.run.Outcome;
import dev.computepool.train.run.RunJournal;
import java.io.IOException;
import java.nio.file.Path;

/// Trains a model as a configuration says, in a run's folder that is there and locked.
interface TrainingRuntime {
  /// Trains from where the run is to its end, or to where it is asked to stop.
  ///
  /// @param base folder of the model to start from
  /// @throws dev.computepool.base.CancelledException if the user asked to stop
  Outcome train(RunJournal journal, TrainConfigFile file, Path base, Session session)
      throws IOException;

  /// The runtime of a name.
  ///
  /// @param python of runtimes that need one, if the configuration has none
  static TrainingRuntime of(RuntimeName name, String python) {
    return switch (name) {
      case DJL -> new DjlRuntime();
      case TRANSFORMERS, TRL, UNSLOTH, AXOLOTL -> new PythonRuntime(python);
      case COMMAND -> new CommandRuntime();
    };
  }
}
