package dev.computepool.similarity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.similarity.SeenTexts.Match;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeenTextsTest {
  private final Random random = new Random(7);

  private String[] words(int count) {
    String[] words = new String[count];
    Arrays.setAll(words, _ -> "w" + random.nextInt(5000));
    return words;
  }

  /// The same words but for some of them.
  private String[] changed(String[] words, int changes) {
    String[] changed = words.clone();
    for (int i = 0; i < changes; i++) {
      changed[random.nextInt(changed.length)] = "n" + random.nextInt();
    }
    return changed;
  }

  /// The share of runs of five words that two texts have in common, counted and not estimated.
  private static double similarity(String[] a, String[] b) {
    Set<List<String>> both = runs(a);
    Set<List<String>> all = runs(a);
    both.retainAll(runs(b));
    all.addAll(runs(b));
    return (double) both.size() / all.size();
  }

  private static Set<List<String>> runs(String[] words) {
    Set<List<String>> runs = new HashSet<>();
    for (int i = 0; i + 5 <= words.length; i++) {
      runs.add(List.of(words).subList(i, i + 5));
    }
    return runs;
  }

  @Test
  void copiesAreToldWhateverTheirWhiteSpace() {
    SeenTexts seen = new SeenTexts(1);
    assertNull(seen.add("one two"));
    assertNull(seen.add("three"));
    assertEquals(new Match(0, true, 1), seen.add(" one\n\ttwo "));
    assertEquals(new Match(1, true, 1), seen.add("three"));
    assertNull(seen.add("one  two three"));
    assertEquals(3, seen.size());
  }

  /// Also after the table has grown many times over.
  @Test
  void nearCopiesAreFoundAmongThousandsAndNothingElseIs() {
    SeenTexts seen = new SeenTexts(0.8);
    List<String[]> texts = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      String[] words = words(120);
      assertNull(seen.add(String.join(" ", words)), "text " + i);
      texts.add(words);
    }
    int found = 0;
    int meant = 0;
    for (int i = 0; i < texts.size(); i += 3) {
      String[] like = changed(texts.get(i), 1 + random.nextInt(8));
      double actual = similarity(texts.get(i), like);
      Match match = seen.add(String.join(" ", like));
      if (actual >= 0.9) {
        meant++;
        found += match == null ? 0 : 1;
      }
      if (match != null) {
        assertEquals(i, match.of());
        assertEquals(actual, match.similarity(), 0.16, "the estimate, four standard errors wide");
      } else {
        assertTrue(actual < 0.95, "missed at " + actual);
      }
    }
    assertTrue(meant > 100 && found >= meant * 0.98, found + " of " + meant);
  }

  @Test
  void aLowThresholdFindsWhatIsHalfAlike() {
    SeenTexts seen = new SeenTexts(0.5);
    int found = 0;
    for (int i = 0; i < 200; i++) {
      String[] words = words(200);
      assertNull(seen.add(String.join(" ", words)));
      String[] like = words.clone();
      // 40 new words at the end: 156 of 236 runs are in both, two thirds.
      System.arraycopy(words(40), 0, like, 160, 40);
      double actual = similarity(words, like);
      assertTrue(actual > 0.6 && actual < 0.7, "similarity " + actual);
      found += seen.add(String.join(" ", like)) == null ? 0 : 1;
    }
    assertTrue(found >= 195, found + " of 200");
  }

  @Test
  void textsWithoutWordsAreNotAlike() {
    SeenTexts seen = new SeenTexts(0.8);
    assertNull(seen.add("+-*/"));
    assertNull(seen.add("?!"));
    assertNull(seen.add("some words after these"));
    assertEquals(new Match(0, true, 1), seen.add("+-*/"));
    assertEquals(new Match(2, false, 1), seen.add("Some words: after these!"));
  }

  @Test
  void sketchesMayBeMadeElsewhere() {
    SeenTexts seen = new SeenTexts(0.8);
    Sketch sketch = new SeenTexts(0.8).sketch("the text is not kept, only this");
    assertNull(seen.add(sketch));
    assertNotNull(seen.add("the text is not kept; only this"));
  }

  @Test
  void aSimilarityIsMoreThanNothingAndAtMostAll() {
    for (double wrong : new double[] {0, -1, 1.01, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new SeenTexts(wrong));
    }
  }
}
