package dev.computepool.train.report;

import java.util.ArrayList;
import java.util.List;

/// Values that belong together.
///
/// @param name what they are
/// @param points in the order of x
record Series(String name, Kind kind, List<Point> points) {
  /// How it is drawn.
  enum Kind {
    /// A line, for what was measured all the time.
    LINE,
    /// Marks joined by a thin line, for what was measured now and then.
    MARKS
  }

  Series {
    points = List.copyOf(points);
  }

  /// Values that are numbers, and so can be drawn.
  long drawable() {
    return points.stream().filter(point -> !point.isGap()).count();
  }

  /// The same look with fewer points: of those that fall on one of `columns` columns of the plot
  /// the first, the last, the least and the greatest are kept, which are all that a line drawn
  /// through that column can show, and one gap if there is any.
  ///
  /// @see <a href="https://www.vldb.org/pvldb/vol7/p797-jugel.pdf">Jugel et al., M4</a>
  Series thinned(int columns) {
    if (points.size() <= 4L * columns) {
      return this;
    }
    double first = points.getFirst().x();
    double width = points.getLast().x() - first;
    List<Point> kept = new ArrayList<>();
    int from = 0;
    while (from < points.size()) {
      int column = column(points.get(from), first, width, columns);
      int to = from + 1;
      while (to < points.size() && column(points.get(to), first, width, columns) == column) {
        to++;
      }
      keep(points.subList(from, to), kept);
      from = to;
    }
    return new Series(name, kind, kept);
  }

  private static int column(Point point, double first, double width, int columns) {
    double place = width <= 0 ? 0 : (point.x() - first) / width;
    return (int) Math.min(columns - 1, Math.floor(place * columns));
  }

  private static void keep(List<Point> column, List<Point> kept) {
    int least = -1;
    int greatest = -1;
    int gap = -1;
    for (int i = 0; i < column.size(); i++) {
      double y = column.get(i).y();
      if (column.get(i).isGap()) {
        gap = gap < 0 ? i : gap;
        continue;
      }
      least = least < 0 || y < column.get(least).y() ? i : least;
      greatest = greatest < 0 || y > column.get(greatest).y() ? i : greatest;
    }
    for (int i = 0; i < column.size(); i++) {
      boolean edge = i == 0 || i == column.size() - 1;
      if (edge || i == least || i == greatest || i == gap) {
        kept.add(column.get(i));
      }
    }
  }
}
