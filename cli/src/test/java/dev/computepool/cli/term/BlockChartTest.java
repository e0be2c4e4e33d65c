package dev.computepool.cli.term;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockChartTest {
  private static final double[] FALLING = {8, 7, 6, 5, 4, 3, 2, 1};

  @Test
  void aLineHasOneColumnForEachValue() {
    assertEquals("█▇▆▅▄▃▂▁", BlockChart.line(FALLING, 60, true));
    assertEquals("##::::..", BlockChart.line(FALLING, 60, false));
    assertEquals("▁▁", BlockChart.line(new double[] {3, 3}, 60, true));
  }

  @Test
  void manyValuesShareAColumnByTheirMean() {
    assertEquals("█▆▃▁", BlockChart.line(FALLING, 4, true));
    double[] many = IntStream.range(0, 1000).asDoubleStream().toArray();
    assertEquals("▁▂▃▄▅▆▇█", BlockChart.line(many, 8, true));
  }

  @Test
  void whatIsNoNumberIsAGap() {
    double[] broken = {2, Double.NaN, 1, Double.POSITIVE_INFINITY};
    assertEquals("█ ▁ ", BlockChart.line(broken, 60, true));
    assertEquals("", BlockChart.line(new double[] {Double.NaN}, 60, true));
    assertEquals("", BlockChart.line(new double[] {}, 60, true));
    assertEquals(List.of(), BlockChart.draw(new double[] {Double.NaN}, 60, 5, true));
  }

  @Test
  void rowsHaveTheirExtremesBesideThem() {
    assertEquals(
        List.of("4.0000 █", "       █▅", "1.0000 ██▁"),
        BlockChart.draw(new double[] {4, 2.5, 1}, 60, 3, true));
  }
}
