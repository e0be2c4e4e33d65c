package dev.computepool.train.run;

import java.io.IOException;

/// No process works on a run that was to be asked something.
public final class NotRunningException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Runs.Found run;

  NotRunningException(Runs.Found run) {
    super(
        "%s does not run: it %s"
            .formatted(
                run.files().folder(),
                switch (run.status()) {
                  case COMPLETED -> "came to its end";
                  case STOPPED -> "was stopped";
                  case FAILED -> "failed";
                  case DIED -> "died";
                  case RUNNING -> throw new IllegalArgumentException("the run goes on");
                }));
    this.run = run;
  }

  /// The run, as it is.
  public Runs.Found run() {
    return run;
  }
}
