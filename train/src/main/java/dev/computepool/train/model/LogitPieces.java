package dev.computepool.train.model;

/// The pieces in which a model makes logits: some rows at a time, so that those of a large
/// vocabulary never take more memory than all the rest.
public final class LogitPieces {
  private static final long BYTES = 48L << 20;
  private static final int MIN_ROWS = 64;
  private static final int MAX_ROWS = 1 << 14;

  private LogitPieces() {}

  /// Rows of a piece: as many as make 48 MiB, from 64 to 16384.
  ///
  /// @param vocabulary logits of a row, each a float of 32 bits
  public static int rows(long vocabulary) {
    return Math.clamp(BYTES / Float.BYTES / vocabulary, MIN_ROWS, MAX_ROWS);
  }
}
