package dev.computepool.cli.term;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Values as columns of characters, the first at the left.
public final class BlockChart {
  private static final String BLOCKS = " ▁▂▃▄▅▆▇█";
  private static final String ASCII = " .:#";

  private BlockChart() {}

  /// Draws values; those that are no numbers are gaps. The lowest column stands for the least value
  /// and is not empty.
  ///
  /// @param width columns at most; where there are more values, one shows the mean of its share
  /// @param rows lines, at least 2, with the greatest value beside the first and the least beside
  ///     the last
  /// @return no line if there is no number
  public static List<String> draw(double[] values, int width, int rows, boolean unicode) {
    Columns columns = Columns.of(columns(values, width));
    if (columns.isEmpty()) {
      return List.of();
    }
    String top = label(columns.greatest());
    String bottom = label(columns.least());
    int margin = Math.max(top.length(), bottom.length());
    List<String> lines = new ArrayList<>();
    for (int row = rows - 1; row >= 0; row--) {
      String label = row == rows - 1 ? top : row == 0 ? bottom : "";
      String line = " ".repeat(margin - label.length()) + label + " ";
      lines.add((line + columns.row(row, rows, unicode)).stripTrailing());
    }
    return lines;
  }

  /// Draws values in a single line without numbers, otherwise as {@link #draw} does.
  ///
  /// @return nothing if there is no number
  public static String line(double[] values, int width, boolean unicode) {
    Columns columns = Columns.of(columns(values, width));
    return columns.isEmpty() ? "" : columns.row(0, 1, unicode);
  }

  /// What is drawn, and between which values.
  ///
  /// @param least NaN if there is no number, as is `greatest`
  @SuppressWarnings("ArrayRecordComponent") // drawn, never compared
  private record Columns(double[] values, double least, double greatest) {
    static Columns of(double[] values) {
      double[] numbers = Arrays.stream(values).filter(Double::isFinite).toArray();
      return new Columns(
          values,
          Arrays.stream(numbers).min().orElse(Double.NaN),
          Arrays.stream(numbers).max().orElse(Double.NaN));
    }

    boolean isEmpty() {
      return Double.isNaN(least);
    }

    /// One of several rows, counted from the lowest.
    String row(int row, int rows, boolean unicode) {
      String levels = unicode ? BLOCKS : ASCII;
      int parts = levels.length() - 1;
      StringBuilder line = new StringBuilder();
      for (double value : values) {
        long height = height(value, rows * parts) - (long) row * parts;
        line.append(levels.charAt(Math.clamp(height, 0, parts)));
      }
      return line.toString();
    }

    private int height(double value, int most) {
      if (!Double.isFinite(value)) {
        return 0;
      }
      // Halved: the difference of two doubles may be none.
      double span = greatest / 2 - least / 2;
      double share = span <= 0 ? 0 : (value / 2 - least / 2) / span;
      return 1 + (int) Math.round(share * (most - 1));
    }
  }

  private static double[] columns(double[] values, int width) {
    if (values.length <= width) {
      return values;
    }
    double[] columns = new double[width];
    for (int c = 0; c < width; c++) {
      int from = (int) ((long) c * values.length / width);
      int to = (int) ((long) (c + 1) * values.length / width);
      columns[c] =
          Arrays.stream(values, from, to).filter(Double::isFinite).average().orElse(Double.NaN);
    }
    return columns;
  }

  private static String label(double value) {
    double size = Math.abs(value);
    return String.format(
        Locale.ROOT, size != 0 && (size < 1e-3 || size >= 1e6) ? "%.2e" : "%.4f", value);
  }
}
