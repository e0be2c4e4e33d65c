package dev.computepool.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private static Series series(int size) {
    Random random = new Random(3);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      points.add(new Point(i + 1, random.nextDouble()));
    }
    points.set(size / 3, new Point(size / 3 + 1, 9));
    points.set(size / 2, new Point(size / 2 + 1, -9));
    points.set(size / 4, new Point(size / 4 + 1, Double.NaN));
    return new Series("loss", Series.Kind.LINE, points);
  }

  @Test
  void fewPointsStay() {
    Series few = series(1200);
    assertSame(few, few.thinned(300));
  }

  @Test
  void manyAreThinnedAndNoExtremeAndNoGapIsLost() {
    Series many = series(50_000);
    Series thin = many.thinned(300);
    assertTrue(thin.points().size() <= 1501, thin.points().size() + " points");
    assertEquals(many.points().getFirst(), thin.points().getFirst());
    assertEquals(many.points().getLast(), thin.points().getLast());
    assertTrue(thin.points().contains(new Point(50_000 / 3 + 1, 9)));
    assertTrue(thin.points().contains(new Point(50_000 / 2 + 1, -9)));
    assertEquals(1, thin.points().stream().filter(Point::isGap).count());
    assertTrue(many.points().containsAll(thin.points()), "nothing is made up");
    for (int i = 1; i < thin.points().size(); i++) {
      assertTrue(thin.points().get(i - 1).x() < thin.points().get(i).x());
    }
  }

  @Test
  void pointsOnOnePlaceAreThinnedToo() {
    List<Point> same = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      same.add(new Point(1, i));
    }
    assertEquals(
        List.of(new Point(1, 0), new Point(1, 4999)),
        new Series("loss", Series.Kind.LINE, same).thinned(300).points());
  }
}
