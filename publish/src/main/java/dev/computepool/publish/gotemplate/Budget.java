package dev.computepool.publish.gotemplate;

/// What an execution has taken of its {@link GoLimits}.
final class Budget {
  private static final int STEPS_PER_LOOK_AT_THE_CLOCK = 1 << 12;

  /// Texts that take long enough to make that the clock is worth a look, in bytes.
  private static final int LONG_TEXT = 1 << 14;

  private final GoLimits limits;
  private final long deadline;
  private long steps;
  private long made;
  private int depth;

  Budget(GoLimits limits) {
    this.limits = limits;
    this.deadline = System.nanoTime() + limits.time().toNanos();
  }

  void step() {
    steps++;
    if (steps > limits.steps()) {
      throw Fault.limit("execution takes more than " + limits.steps() + " steps");
    }
    if (steps % STEPS_PER_LOOK_AT_THE_CLOCK == 0) {
      lookAtTheClock();
    }
  }

  private void lookAtTheClock() {
    if (System.nanoTime() - deadline > 0) {
      throw Fault.limit("execution takes more than " + limits.time().toSeconds() + " seconds");
    }
  }

  /// Asks to make a text of that length.
  void text(long bytes) {
    made += bytes;
    if (made > limits.output()) {
      throw Fault.limit("more than " + limits.output() + " bytes of text");
    }
    if (bytes > LONG_TEXT) {
      lookAtTheClock();
    }
  }

  /// The same text, once it was asked for.
  String made(String text) {
    text(text.length());
    return text;
  }

  /// Begins something that may hold more of its kind: a block, a pipeline, a called template. A
  /// fault ends the execution, so only what comes to its end must {@link #leave}.
  void enter() {
    if (++depth > limits.depth()) {
      throw Fault.limit("blocks, pipelines and templates are nested deeper than " + limits.depth());
    }
  }

  /// Ends what {@link #enter} began.
  void leave() {
    depth--;
  }
}
