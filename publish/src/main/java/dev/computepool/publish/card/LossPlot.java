package dev.computepool.publish.card;

import dev.computepool.publish.source.RunFacts.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The loss of a run, step by step, as an SVG that stands alone: it has its own colours and a
/// ground, so that it reads on light and on dark pages.
final class LossPlot {
  private static final double WIDTH = 720;
  private static final double HEIGHT = 300;
  private static final double LEFT = 60;
  private static final double RIGHT = 20;
  private static final double TOP = 34;
  private static final double BOTTOM = 44;

  /// Points that a line is thinned to; each then stands for the mean of its neighbours.
  private static final int POINTS = 400;

  private static final String TRAINING = "#2563eb";
  private static final String VALIDATION = "#dc2626";

  private final Scale x;
  private final Scale y;
  private final StringBuilder out = new StringBuilder();

  private LossPlot(Scale x, Scale y) {
    this.x = x;
    this.y = y;
  }

  /// One direction: from where to where, and the distance of the lines between.
  private record Scale(double low, double high, double step) {
    static Scale of(double min, double max) {
      double span = max > min ? max - min : Math.max(Math.abs(max), 1);
      double unit = Math.pow(10, Math.floor(Math.log10(span / 5)));
      double step = unit * 10;
      for (double mantissa : new double[] {1, 2, 5}) {
        if (unit * mantissa * 6 >= span) {
          step = unit * mantissa;
          break;
        }
      }
      double low = Math.floor(min / step) * step;
      double high = Math.ceil(max / step) * step;
      return new Scale(low, high > low ? high : low + step, step);
    }

    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      int count = (int) Math.round((high - low) / step);
      for (int i = 0; i <= count; i++) {
        ticks.add(low + i * step);
      }
      return ticks;
    }

    String label(double tick) {
      int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
      return String.format(Locale.ROOT, "%." + decimals + "f", tick);
    }

    double place(double value) {
      return (value - low) / (high - low);
    }
  }

  /// Draws.
  ///
  /// @param training at least two points
  static String of(List<Point> training, List<Point> validation) {
    List<Point> all =
        Stream.concat(training.stream(), validation.stream())
            .filter(point -> Double.isFinite(point.value()))
            .toList();
    double least = all.stream().mapToDouble(Point::value).min().orElse(0);
    double most = all.stream().mapToDouble(Point::value).max().orElse(1);
    long last = all.stream().mapToLong(Point::step).max().orElse(1);
    LossPlot plot = new LossPlot(Scale.of(0, (double) last), Scale.of(least, most));
    return plot.draw(thinned(training), thinned(validation));
  }

  /// Whether there is enough to be drawn.
  static boolean isWorthwhile(List<Point> training) {
    return training.stream().filter(point -> Double.isFinite(point.value())).count() >= 2;
  }

  private static List<Point> thinned(List<Point> points) {
    List<Point> finite = points.stream().filter(p -> Double.isFinite(p.value())).toList();
    int group = Math.ceilDiv(finite.size(), POINTS);
    List<Point> thin = new ArrayList<>();
    for (int i = 0; i < finite.size(); i += group) {
      List<Point> near = finite.subList(i, Math.min(i + group, finite.size()));
      double mean = near.stream().mapToDouble(Point::value).average().orElseThrow();
      thin.add(new Point(near.getLast().step(), mean));
    }
    return thin;
  }

  private String draw(List<Point> training, List<Point> validation) {
    out.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300" width="720" height="300" \
        role="img" aria-label="Loss by step" font-family="sans-serif" font-size="12">
        <rect width="720" height="300" fill="#ffffff"/>
        """);
    for (double tick : y.ticks()) {
      double at = y(tick);
      out.append(line(LEFT, at, WIDTH - RIGHT, at));
      out.append(text("end", LEFT - 8, at + 4, y.label(tick)));
    }
    for (double tick : x.ticks()) {
      out.append(line(x(tick), HEIGHT - BOTTOM, x(tick), HEIGHT - BOTTOM + 4));
      out.append(text("middle", x(tick), HEIGHT - BOTTOM + 18, x.label(tick)));
    }
    out.append(text("middle", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, "step"));
    curve(training, TRAINING);
    out.append(legend(LEFT, TRAINING, "training loss"));
    if (!validation.isEmpty()) {
      curve(validation, VALIDATION);
      for (Point point : validation) {
        out.append(
            "<circle cx=\"%s\" cy=\"%s\" r=\"3\" fill=\"%s\"/>\n"
                .formatted(number(x((double) point.step())), number(y(point.value())), VALIDATION));
      }
      out.append(legend(LEFT + 130, VALIDATION, "validation loss"));
    }
    return out.append("</svg>\n").toString();
  }

  private void curve(List<Point> points, String colour) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(path.isEmpty() ? "" : " ");
      path.append(number(x((double) point.step()))).append(',').append(number(y(point.value())));
    }
    out.append(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>\n"
            .formatted(path, colour));
  }

  private static String legend(double at, String colour, String words) {
    return "<rect x=\"%s\" y=\"12\" width=\"14\" height=\"4\" fill=\"%s\"/>\n"
            .formatted(number(at), colour)
        + text("start", at + 20, 18, words);
  }

  private static String line(double x1, double y1, double x2, double y2) {
    return "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"#d4d4d8\"/>\n"
        .formatted(number(x1), number(y1), number(x2), number(y2));
  }

  private static String text(String anchor, double atX, double atY, String words) {
    return "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" fill=\"#3f3f46\">%s</text>\n"
        .formatted(number(atX), number(atY), anchor, words);
  }

  private double x(double step) {
    return LEFT + x.place(step) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - y.place(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
