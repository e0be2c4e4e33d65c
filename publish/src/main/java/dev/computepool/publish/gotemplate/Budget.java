package dev.computepool.publish.gotemplate;

/// What an execution has taken of its {@link GoLimits}.
final class Budget {
  private static final int STEPS_PER_LOOK_AT_THE_CLOCK = 1 << 12;

  private final GoLimits limits;
  private final long deadline;
  private long steps;
  private long made;

  Budget(GoLimits limits) {
    this.limits = limits;
    this.deadline = System.nanoTime() + limits.time().toNanos();
  }

  void step() {
    steps++;
    if (steps > limits.steps()) {
      throw Fault.limit("execution takes more than " + limits.steps() + " steps");
    }
    if (steps % STEPS_PER_LOOK_AT_THE_CLOCK == 0 && System.nanoTime() - deadline > 0) {
      throw Fault.limit("execution takes more than " + limits.time().toSeconds() + " seconds");
    }
  }

  /// Asks to make a text of that length.
  void text(long bytes) {
    made += bytes;
    if (made > limits.output()) {
      throw Fault.limit("more than " + limits.output() + " bytes of text");
    }
  }

  void depth(int depth) {
    if (depth > limits.depth()) {
      throw Fault.limit("templates call each other deeper than " + limits.depth());
    }
  }
}
