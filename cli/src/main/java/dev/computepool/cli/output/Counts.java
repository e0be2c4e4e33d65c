package dev.computepool.cli.output;

/// Numbers with what they count.
public final class Counts {
  private Counts() {}

  /// Such as `1 file` and `3 files`.
  ///
  /// @param one what it is if there is one, whose plural ends in s
  public static String of(long number, String one) {
    return number + " " + one + (number == 1 ? "" : "s");
  }
}
