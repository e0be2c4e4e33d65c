package dev.computepool.train.run;

/// What a run's folder tells somebody who opens it.
final class RunReadme {
  private RunReadme() {}

  static String of(RunState state, String method) {
    String result =
        method.equals("full")
            ? "the model, as Hugging Face's transformers reads it"
            : "the adapter, as Python's peft reads it";
    return """
    # %s

    | | |
    |---|---|
    | run | %s |
    | started | %s |
    | base model | %s |
    | method | %s |
    | runtime | %s |
    | class | %s |
    | made with | ComputePool %s |

    `run.json` says how it is now. `metrics.jsonl` has a line for every few steps, `events.jsonl` one for
    whatever else happened, `run.log` says the same in words. `config.yml` is what it was begun with.
    `checkpoint-final` is %s; it is there once the run has come to its end. The other checkpoints are what a run
    can be resumed from.
    """
        .formatted(
            state.name(),
            state.id(),
            state.startedAt(),
            state.baseModel(),
            method,
            state.runtime(),
            state.workloadClass(),
            state.version(),
            result);
  }
}
