package dev.computepool.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeLogTest {
  private static final int DEBUG = 1;
  private static final int INFO = 2;
  private static final int WARN = 3;
  private static final int ERROR = 4;
  private static final int CONTINUATION = 5;

  private final NativeLog log = new NativeLog();
  private final List<String> lines = new ArrayList<>();

  private void listen() {
    log.listen((level, line) -> lines.add(level + " " + line));
  }

  @Test
  void putsPiecesTogetherToLines() {
    listen();
    log.accept(INFO, "[ 1/ 2] a - ");
    log.accept(CONTINUATION, "f16, ");
    log.accept(INFO, "size = 1\n[ 2/ 2] b\nthe rest");
    log.accept(INFO, "\n");

    assertEquals(
        List.of("INFO [ 1/ 2] a - f16, size = 1", "INFO [ 2/ 2] b", "INFO the rest"), lines);
  }

  @Test
  void endsALineInWhichAnErrorComes() {
    listen();
    log.accept(INFO, "[ 1/ 2] a - ");
    log.accept(ERROR, "failed: no\n");

    assertEquals(List.of("INFO [ 1/ 2] a - ", "ERROR failed: no"), lines);
    assertEquals(List.of("failed: no"), log.complaints());
  }

  @Test
  void keepsWhatWasComplainedAboutSinceItWasCleared() {
    log.accept(WARN, "before\n");
    log.clear();
    log.accept(DEBUG, "detail\n");
    log.accept(WARN, "  odd shape  \n");
    log.accept(ERROR, "\n");
    log.accept(ERROR, "no such type\n");

    assertEquals(List.of("odd shape", "no such type"), log.complaints());
  }

  @Test
  void keepsTheNewestOfManyComplaints() {
    for (int i = 0; i < 100; i++) {
      log.accept(ERROR, "error " + i + "\n");
    }

    assertEquals(20, log.complaints().size());
    assertEquals("error 99", log.complaints().getLast());
  }
}
