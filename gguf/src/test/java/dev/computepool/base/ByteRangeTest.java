package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ByteRangeTest {
  @Test
  void mergesWhatTouchesOrOverlaps() {
    assertEquals(
        List.of(new ByteRange(0, 30), new ByteRange(40, 60)),
        ByteRange.merged(
            List.of(
                new ByteRange(0, 10),
                new ByteRange(10, 30),
                new ByteRange(12, 20),
                new ByteRange(40, 50),
                new ByteRange(49, 60))));
    assertEquals(List.of(), ByteRange.merged(List.of()));
  }

  @Test
  void findsWhatIsLeftBetweenRangesInAnyOrder() {
    ByteRange within = new ByteRange(10, 100);
    assertEquals(
        List.of(new ByteRange(20, 30), new ByteRange(50, 90)),
        ByteRange.complement(
            List.of(
                new ByteRange(90, 100),
                new ByteRange(30, 50),
                new ByteRange(5, 20),
                new ByteRange(40, 45)),
            within));
    assertEquals(List.of(within), ByteRange.complement(List.of(), within));
    assertEquals(List.of(), ByteRange.complement(List.of(new ByteRange(0, 200)), within));
    assertEquals(List.of(within), ByteRange.complement(List.of(new ByteRange(150, 200)), within));
  }

  @Test
  void refusesWhatIsNoRange() {
    assertEquals(0, ByteRange.at(7, 0).length());
    assertThrows(IllegalArgumentException.class, () -> new ByteRange(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> new ByteRange(2, 1));
    assertThrows(ArithmeticException.class, () -> ByteRange.at(1, Long.MAX_VALUE));
  }
}
