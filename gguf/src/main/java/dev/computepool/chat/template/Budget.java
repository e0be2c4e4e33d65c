package dev.computepool.chat.template;

/// What a rendering has taken of its {@link Limits}.
final class Budget {
  private static final int STEPS_PER_LOOK_AT_THE_CLOCK = 1 << 12;

  private final Limits limits;
  private final long deadline;
  private long steps;
  private long copied;
  private int depth;

  Budget(Limits limits) {
    this.limits = limits;
    this.deadline = System.nanoTime() + limits.time().toNanos();
  }

  /// Counts one step.
  void step() {
    steps++;
    if (steps > limits.steps()) {
      throw Fault.limit("rendering takes more than " + limits.steps() + " steps");
    }
    if (steps % STEPS_PER_LOOK_AT_THE_CLOCK == 0 && System.nanoTime() - deadline > 0) {
      throw Fault.limit("rendering takes more than " + limits.time().toSeconds() + " seconds");
    }
  }

  /// Asks for the steps of a loop whose length is known.
  void steps(long count) {
    if (count > limits.steps() - steps) {
      throw Fault.limit("rendering takes more than " + limits.steps() + " steps");
    }
    steps += count;
  }

  /// Asks whether a text may be that long.
  void requireText(long length) {
    if (length > limits.text()) {
      throw Fault.limit("a text of more than " + limits.text() + " characters");
    }
  }

  /// Asks to make a text of that length.
  void text(long length) {
    requireText(length);
    copied += length;
    if (copied > limits.copied()) {
      throw Fault.limit("rendering copies more than " + limits.copied() + " characters");
    }
  }

  /// Begins something that may hold more of its kind: a block, an expression, a call, a value. A
  /// fault ends the rendering, so only what comes to its end must {@link #leave}.
  void enter() {
    if (++depth > limits.depth()) {
      throw Fault.limit(
          "blocks, expressions, calls or values are nested deeper than " + limits.depth());
    }
  }

  /// Ends what {@link #enter} began.
  void leave() {
    depth--;
  }
}
