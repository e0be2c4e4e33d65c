package dev.computepool.train.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// A plot as SVG that stands in an HTML page, whose style gives it its colours.
final class Drawing {
  private static final double WIDTH = 720;
  private static final double HEIGHT = 260;
  private static final double LEFT = 64;
  private static final double RIGHT = 16;
  private static final double TOP = 12;
  private static final double BOTTOM = 40;

  /// Columns that a line is thinned to: more than one a unit of width would not be seen.
  private static final int COLUMNS = 300;

  private final Plot plot;
  private final Axis x;
  private final Axis y;
  private final StringBuilder out = new StringBuilder();

  private Drawing(Plot plot) {
    this.plot = plot;
    this.x = plot.xAxis();
    this.y = plot.yAxis();
  }

  /// @param plot not an empty one
  static String of(Plot plot) {
    return new Drawing(plot).draw();
  }

  private String draw() {
    out.append(
        "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(
                Numbers.place(WIDTH),
                Numbers.place(HEIGHT),
                Html.escape(plot.title() + " by " + plot.xTitle())));
    frame();
    for (int i = 0; i < plot.series().size(); i++) {
      draw(plot.series().get(i).thinned(COLUMNS), "s" + i);
    }
    return out.append("</svg>\n").toString();
  }

  private void frame() {
    double bottom = HEIGHT - BOTTOM;
    for (BigDecimal tick : y.ticks()) {
      double at = y(tick.doubleValue());
      line(LEFT, at, WIDTH - RIGHT, at);
      text("end", LEFT - 8, at + 4, y.label(tick));
    }
    for (BigDecimal tick : x.ticks()) {
      double at = x(tick.doubleValue());
      line(at, bottom, at, bottom + 4);
      text("middle", at, bottom + 18, x.label(tick));
    }
    text("middle", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, plot.xTitle());
  }

  private void line(double x1, double y1, double x2, double y2) {
    out.append(
        "<line class=\"grid\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
            .formatted(Numbers.place(x1), Numbers.place(y1), Numbers.place(x2), Numbers.place(y2)));
  }

  private void text(String anchor, double atX, double atY, String text) {
    out.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
            .formatted(Numbers.place(atX), Numbers.place(atY), anchor, Html.escape(text)));
  }

  private void draw(Series series, String style) {
    String kind =
        switch (series.kind()) {
          case LINE -> "line";
          case MARKS -> "thin";
        };
    out.append("<path class=\"%s %s\" d=\"%s\"/>\n".formatted(kind, style, path(series)));
    double radius =
        switch (series.kind()) {
          case LINE -> series.drawable() == 1 ? 3.5 : 0;
          case MARKS -> 3.5;
        };
    for (Point point : series.points()) {
      if (!point.isGap()) {
        mark(series, point, style, radius);
      }
    }
  }

  private String path(Series series) {
    StringBuilder path = new StringBuilder();
    List<Point> run = new ArrayList<>();
    for (Point point : series.points()) {
      if (point.isGap()) {
        append(run, path);
        run.clear();
      } else {
        run.add(point);
      }
    }
    append(run, path);
    return path.toString();
  }

  /// Adds a line through points without a gap between them.
  private void append(List<Point> run, StringBuilder path) {
    for (int i = 0; i < run.size(); i++) {
      Point point = run.get(i);
      path.append(i == 0 ? "M" : "L")
          .append(Numbers.place(x(point.x())))
          .append(' ')
          .append(Numbers.place(y(point.y())));
    }
  }

  /// What tells its value when a pointer rests on it; seen all the time if it has a radius.
  private void mark(Series series, Point point, String style, double radius) {
    String at =
        "cx=\"%s\" cy=\"%s\"".formatted(Numbers.place(x(point.x())), Numbers.place(y(point.y())));
    out.append("<g class=\"point %s\"><title>".formatted(style))
        .append(
            Html.escape(
                "%s %s: %s %s"
                    .formatted(
                        plot.xTitle(),
                        Numbers.text(point.x()),
                        series.name(),
                        Numbers.text(point.y()))))
        .append("</title>");
    if (radius > 0) {
      out.append("<circle class=\"mark\" %s r=\"%s\"/>".formatted(at, Numbers.place(radius)));
    }
    out.append("<circle class=\"hit\" %s r=\"5\"/></g>\n".formatted(at));
  }

  private double x(double value) {
    return LEFT + x.place(value) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return TOP + (1 - y.place(value)) * (HEIGHT - TOP - BOTTOM);
  }
}
