package dev.computepool.base;

/// Receives how far long work has come, and tells it when to stop.
///
/// The library reports, the caller renders. Implementations are safe for use by several threads.
public interface Progress {
  /// Shows nothing and is never cancelled.
  Progress NONE = silent(new Cancellation());

  /// Begins one stage of the work.
  ///
  /// @param name what is being done, such as `Splitting`
  /// @param total how much there is to do in `unit`, or -1 where that is not known
  Step begin(String name, long total, Unit unit);

  /// What tells this work to stop.
  Cancellation cancellation();

  /// Shows nothing but can be cancelled.
  static Progress silent(Cancellation cancellation) {
    return new Progress() {
      @Override
      public Step begin(String name, long total, Unit unit) {
        return new Step() {
          @Override
          public void advance(long amount) throws CancelledException {
            cancellation.check();
          }

          @Override
          public void close() {}
        };
      }

      @Override
      public Cancellation cancellation() {
        return cancellation;
      }
    };
  }

  /// What a stage counts.
  enum Unit {
    BYTES,
    ITEMS
  }

  /// One running stage; closing it ends its display, whether the work succeeded or not.
  interface Step extends AutoCloseable {
    /// Reports `amount` more of the stage's unit as done.
    ///
    /// @throws CancelledException if the user asked to stop; the caller leaves the disk valid and
    ///     passes it on
    void advance(long amount) throws CancelledException;

    @Override
    void close();
  }
}
