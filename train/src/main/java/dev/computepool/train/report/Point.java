package dev.computepool.train.report;

/// A value of a series.
///
/// @param x where along the plot, such as the step; finite
/// @param y the value; one that is no number, or too large to draw, is a gap
record Point(double x, double y) {
  boolean isGap() {
    return !(Math.abs(y) <= Axis.LARGEST);
  }
}
