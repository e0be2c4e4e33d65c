package dev.computepool.sharding.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.ByteRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacementTest {
  private static final Placement SCATTERED =
      Placement.of(
          List.of(
              new ByteRange(100, 110),
              new ByteRange(110, 120),
              new ByteRange(130, 130),
              new ByteRange(200, 203),
              new ByteRange(50, 60)));

  @TempDir Path temp;

  @Test
  void followsTheRanges() {
    assertEquals(33, SCATTERED.length());
    assertEquals(
        List.of(new ByteRange(100, 120), new ByteRange(200, 203), new ByteRange(50, 60)),
        SCATTERED.ranges());
    assertEquals(119, SCATTERED.offsetOf(19));
    assertEquals(200, SCATTERED.offsetOf(20));
    assertEquals(59, SCATTERED.offsetOf(32));
    assertEquals(
        List.of(new ByteRange(118, 120), new ByteRange(200, 203), new ByteRange(50, 51)),
        SCATTERED.slice(new ByteRange(18, 24)));
    assertEquals(List.of(), SCATTERED.slice(new ByteRange(7, 7)));
    assertThrows(IndexOutOfBoundsException.class, () -> SCATTERED.offsetOf(33));
  }

  @Test
  void findsWhatTouchesARangeOfTheFile() {
    assertEquals(List.of(new ByteRange(15, 21)), SCATTERED.touching(new ByteRange(115, 201)));
    assertEquals(List.of(new ByteRange(0, 33)), SCATTERED.touching(new ByteRange(0, 999)));
    assertEquals(List.of(), SCATTERED.touching(new ByteRange(120, 200)));
    assertEquals(List.of(new ByteRange(23, 33)), SCATTERED.touching(new ByteRange(0, 100)));
  }

  @Test
  void findsEveryByteThatIsNotZeroAndReadsOnlyGaps() throws IOException {
    Random random = new Random(3);
    for (int run = 0; run < 50; run++) {
      byte[] file = new byte[200_000];
      for (int i = random.nextInt(40); i > 0; i--) {
        file[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      Path path = Files.write(temp.resolve("gaps"), file);
      List<ByteRange> gaps = new ArrayList<>();
      for (int at = random.nextInt(99); at < file.length - 80_000; ) {
        int end = at + random.nextInt(80_000);
        gaps.add(new ByteRange(at, end));
        at = end + random.nextInt(50_000);
      }
      boolean[] inExtra = new boolean[file.length];
      ByteRange last = new ByteRange(0, 0);
      for (ByteRange range : GapScanner.scan(path, gaps)) {
        assertTrue(
            gaps.stream().anyMatch(g -> g.start() <= range.start() && range.end() <= g.end()));
        assertTrue(range.start() >= last.end());
        assertTrue(file[(int) range.start()] != 0 && file[(int) range.end() - 1] != 0);
        for (long i = range.start(); i < range.end(); i++) {
          inExtra[(int) i] = true;
        }
        last = range;
      }
      for (ByteRange gap : gaps) {
        for (long i = gap.start(); i < gap.end(); i++) {
          assertTrue(file[(int) i] == 0 || inExtra[(int) i]);
        }
      }
    }
  }
}
