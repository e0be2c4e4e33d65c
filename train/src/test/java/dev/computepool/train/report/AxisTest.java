package dev.computepool.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AxisTest {
  private static List<String> labels(Axis axis) {
    return axis.ticks().stream().map(axis::label).toList();
  }

  @Test
  void ticksAreRoundNumbersAroundTheValues() {
    assertEquals(List.of("0", "20", "40", "60", "80", "100"), labels(Axis.of(0, 100, 5)));
    assertEquals(List.of("1.0", "1.5", "2.0", "2.5", "3.0"), labels(Axis.of(1.2, 2.9, 5)));
    assertEquals(List.of("0", "5e-5", "1e-4", "1.5e-4", "2e-4"), labels(Axis.of(0, 2e-4, 5)));
    assertEquals(List.of("-0.1", "0.0", "0.1", "0.2", "0.3"), labels(Axis.of(-0.1, 0.3, 4)));
    assertEquals(List.of("0", "1e9", "2e9", "3e9"), labels(Axis.of(0, 3e9, 3)));
  }

  @Test
  void countsHaveNoFractions() {
    assertEquals(List.of("1", "2", "3"), labels(Axis.ofCounts(1, 3, 8)));
  }

  @Test
  void oneValueIsInTheMiddle() {
    Axis axis = Axis.of(2, 2, 5);
    assertEquals(0.5, axis.place(2), 1e-12);
    assertEquals(List.of("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"), labels(Axis.of(0, 0, 5)));
  }

  @Test
  void whateverTheValuesTicksRiseAndAllValuesHaveAPlace() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      double a = random.nextGaussian() * Math.pow(10, random.nextInt(-300, 299));
      double b = random.nextInt(4) == 0 ? a : a + a * random.nextGaussian();
      double low = Math.min(a, b);
      double high = Math.max(a, b);
      Axis axis = Axis.of(low, high, 5);
      for (int t = 1; t < axis.ticks().size(); t++) {
        assertTrue(axis.ticks().get(t - 1).compareTo(axis.ticks().get(t)) < 0, axis.toString());
      }
      assertTrue(axis.ticks().size() <= 12, low + " to " + high + ": " + axis);
      for (double value : new double[] {low, high}) {
        double place = axis.place(value);
        assertTrue(place >= -1e-9 && place <= 1 + 1e-9, value + " at " + place + " of " + axis);
      }
    }
  }

  @Test
  void whatHasNoPlaceIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Axis.of(0, Double.NaN, 5));
    assertThrows(IllegalArgumentException.class, () -> Axis.of(0, Double.POSITIVE_INFINITY, 5));
    assertThrows(IllegalArgumentException.class, () -> Axis.of(1, 0, 5));
  }
}
