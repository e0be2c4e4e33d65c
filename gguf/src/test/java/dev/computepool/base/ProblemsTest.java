package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException.Problem;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/// What exceptions with several problems tell.
class ProblemsTest {
  @Test
  void oneProblemIsNamedWithItsPlace() {
    FormatException e = new FormatException("m.gguf", Problem.atByte(8, "version 9"));
    assertEquals("m.gguf at byte 8: version 9", e.getMessage());
    assertEquals("m.gguf", e.file());
    assertEquals(List.of(new Problem("byte 8", "version 9")), e.problems());
  }

  @Test
  void theWholeFileNeedsNoPlace() {
    assertEquals(
        "m.gguf: is empty",
        new FormatException("m.gguf", new Problem("", "is empty")).getMessage());
    assertEquals("is empty", new Problem("", "is empty").toString());
    assertEquals("line 3: is empty", new Problem("line 3", "is empty").toString());
  }

  @Test
  void severalAreCounted() {
    Problem problem = new Problem("line 1", "x");
    assertEquals(
        "f at line 1: x (and 1 more problem)",
        new FormatException("f", List.of(problem, problem)).getMessage());
    assertEquals(
        "f at line 1: x (and 2 more problems)",
        new FormatException("f", List.of(problem, problem, problem)).getMessage());
    assertEquals(
        "f: a (and 1 more)", new VerificationException("f", List.of("a", "b")).getMessage());
    assertEquals("f: a", new VerificationException("f", List.of("a")).getMessage());
  }

  @Test
  void thereIsAtLeastOne() {
    assertThrows(NoSuchElementException.class, () -> new FormatException("f", List.<Problem>of()));
    assertThrows(NoSuchElementException.class, () -> new VerificationException("f", List.of()));
  }
}
