package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationTest {
  @Test
  void silentProgressStopsTheWorkOnceItIsCancelled() throws CancelledException {
    Cancellation cancellation = new Cancellation();
    try (Progress.Step step =
        Progress.silent(cancellation).begin("Reading", -1, Progress.Unit.BYTES)) {
      step.advance(1);
      cancellation.cancel();
      assertFalse(cancellation.isNoticed());
      assertThrows(CancelledException.class, () -> step.advance(1));
      assertTrue(cancellation.isNoticed());
      assertThrows(CancelledException.class, cancellation::check);
    }
  }

  @Test
  void nobodyElseIsCancelled() {
    new Cancellation().cancel();
    assertDoesNotThrow(Progress.NONE.cancellation()::check);
  }

  @Test
  void tellsOnlyThoseWhoStillListen() {
    Cancellation cancellation = new Cancellation();
    List<String> told = new ArrayList<>();
    cancellation.onCancel(() -> told.add("one"));
    cancellation.onCancel(() -> told.add("two")).close();
    cancellation.cancel();

    assertEquals(List.of("one"), told);
  }
}
