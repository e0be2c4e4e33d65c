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
    double[] columns = columns(values, width);
    double[] numbers = Arrays.stream(columns).filter(Double::isFinite).toArray();
    if (numbers.length == 0) {
      return List.of();
    }
    double least = Arrays.stream(numbers).min().orElseThrow();
    double greatest = Arrays.stream(numbers).max().orElseThrow();
    String levels = unicode ? BLOCKS : ASCII;
    int parts = levels.length() - 1;
    String top = label(greatest);
    String bottom = label(least);
    int margin = Math.max(top.length(), bottom.length());
    List<String> lines = new ArrayList<>();
    for (int row = rows - 1; row >= 0; row--) {
      String label = row == rows - 1 ? top : row == 0 ? bottom : "";
      StringBuilder line = new StringBuilder(" ".repeat(margin - label.length()) + label + " ");
      for (double value : columns) {
        int height = height(value, least, greatest, rows * parts);
        line.append(levels.charAt(Math.clamp(height - (long) row * parts, 0, parts)));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int height(double value, double least, double greatest, int most) {
    if (!Double.isFinite(value)) {
      return 0;
    }
    // Halved: the difference of two doubles may be none.
    double span = greatest / 2 - least / 2;
    double share = span <= 0 ? 0 : (value / 2 - least / 2) / span;
    return 1 + (int) Math.round(share * (most - 1));
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
