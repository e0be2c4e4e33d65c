package dev.computepool.train.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import dev.computepool.hash.Digest;
import dev.computepool.train.batch.BatchPlan.Rows;
import dev.computepool.train.model.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchPlanTest {
  private static final Digest KEY = Digest.of(new byte[32]);

  @TempDir private Path temporary;

  /// Examples of these lengths; all tokens of the n-th are n, and half of them learned.
  private TokenFile examples(int... lengths) throws IOException {
    Path file = temporary.resolve("tokens");
    try (TokenFile.Writer writer = TokenFile.Writer.open(file)) {
      for (int i = 0; i < lengths.length; i++) {
        int number = i;
        int[] tokens =
            IntStream.range(0, lengths[i])
                .map(t -> t % 2 == 0 ? EncodedExample.given(number) : number)
                .toArray();
        writer.add(new EncodedExample.Usable(tokens, i / 3, i == 0));
      }
      writer.commit(KEY);
    }
    return TokenFile.open(file, KEY).orElseThrow();
  }

  private static int[] random(int count, int longest) {
    return new SplittableRandom(5).ints(count, 2, longest + 1).toArray();
  }

  private static int[] all(TokenFile examples) {
    return IntStream.range(0, examples.examples()).toArray();
  }

  /// How often each example is there, with all of its tokens.
  private static Map<Integer, Integer> seen(BatchPlan plan) {
    Map<Integer, Integer> seen = new TreeMap<>();
    for (int b = 0; b < plan.size(); b++) {
      Batch batch = plan.batch(b);
      for (int i = 0; i < batch.ids().length; i++) {
        if (batch.segments()[i] > 0) {
          seen.merge(batch.ids()[i], 1, Integer::sum);
        }
      }
    }
    return seen;
  }

  @Test
  void everyExampleIsSeenOnceWhateverTheRows() throws IOException {
    int[] lengths = random(500, 60);
    Map<Integer, Integer> expected = new TreeMap<>();
    for (int i = 0; i < lengths.length; i++) {
      expected.put(i, lengths[i]);
    }
    try (TokenFile examples = examples(lengths)) {
      for (Rows rows : Rows.values()) {
        BatchPlan plan = BatchPlan.epoch(examples, all(examples), rows, 4, 64, 1);
        assertEquals(expected, seen(plan), rows.toString());
      }
      assertEquals(expected, seen(BatchPlan.evaluation(examples, all(examples), 4)));
    }
  }

  @Test
  void aBatchHasWhatItSays() throws IOException {
    try (TokenFile examples = examples(3, 2)) {
      Batch batch = BatchPlan.evaluation(examples, all(examples), 2).batch(0);
      assertEquals(2, batch.rows());
      assertEquals(8, batch.length());
      int no = Batch.NO_LOSS;
      assertArrayEquals(new int[] {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, batch.ids());
      assertArrayEquals(
          new int[] {no, 1, no, no, no, no, no, no, no, 0, no, no, no, no, no, no}, batch.labels());
      assertArrayEquals(
          new int[] {0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0}, batch.positions());
      assertArrayEquals(
          new int[] {1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0}, batch.segments());
      assertEquals(5, batch.tokens());
      assertEquals(2, batch.lossTokens());
    }
  }

  @Test
  void bucketsWasteLittle() throws IOException {
    try (TokenFile examples = examples(random(1000, 500))) {
      long plain = places(BatchPlan.epoch(examples, all(examples), Rows.PLAIN, 4, 512, 3));
      long buckets = places(BatchPlan.epoch(examples, all(examples), Rows.BUCKETS, 4, 512, 3));
      long packed = places(BatchPlan.epoch(examples, all(examples), Rows.PACKED, 4, 512, 3));
      assertTrue(buckets < examples.tokens() * 1.05, buckets + " of " + examples.tokens());
      assertTrue(packed < examples.tokens() * 1.03, packed + " of " + examples.tokens());
      assertTrue(plain > examples.tokens() * 1.3, plain + " of " + examples.tokens());
    }
  }

  private static long places(BatchPlan plan) {
    return IntStream.range(0, plan.size()).mapToLong(i -> plan.batch(i).ids().length).sum();
  }

  @Test
  void packedRowsAreNeverLonger() throws IOException {
    try (TokenFile examples = examples(random(300, 40))) {
      BatchPlan plan = BatchPlan.epoch(examples, all(examples), Rows.PACKED, 2, 40, 3);
      assertTrue(
          IntStream.range(0, plan.size()).mapToObj(plan::batch).allMatch(b -> b.length() <= 40));
      assertTrue(
          IntStream.range(0, plan.size())
              .mapToObj(plan::batch)
              .anyMatch(b -> IntStream.of(b.segments()).anyMatch(s -> s > 1)));
    }
  }

  @Test
  void theSeedDecidesTheOrder() throws IOException {
    try (TokenFile examples = examples(random(100, 30))) {
      List<List<Integer>> orders = new ArrayList<>();
      for (long seed : new long[] {1, 1, 2}) {
        BatchPlan plan = BatchPlan.epoch(examples, all(examples), Rows.BUCKETS, 4, 64, seed);
        orders.add(IntStream.range(0, plan.size()).mapToObj(i -> plan.batch(i).ids()[0]).toList());
      }
      assertEquals(orders.get(0), orders.get(1));
      assertNotEquals(orders.get(0), orders.get(2));
    }
  }

  @Test
  void sourcesAreNotTornApart() throws IOException {
    try (TokenFile examples = examples(random(300, 10))) {
      Split split = Split.of(examples, 0.1, 42);
      assertTrue(Math.abs(30 - split.validation().length) < 3);
      assertEquals(300, split.training().length + split.validation().length);
      List<Long> kept = IntStream.of(split.validation()).mapToObj(examples::source).toList();
      assertTrue(
          IntStream.of(split.training()).mapToObj(examples::source).noneMatch(kept::contains));
      assertEquals(0, Split.all(examples).validation().length);
      assertEquals(300, Split.all(examples).training().length);
    }
    try (TokenFile single = examples(5, 5)) {
      assertEquals(2, Split.of(single, 0.9, 42).training().length);
    }
  }

  @Test
  void tokensAreReadAsTheyWereWritten() throws IOException {
    try (TokenFile examples = examples(40_000, 2)) {
      assertEquals(2, examples.examples());
      assertEquals(40_002, examples.tokens());
      assertEquals(1, examples.cut());
      assertEquals(40_000, examples.length(0));
      assertEquals(1, examples.packed(1, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> examples.length(2));
    }
  }

  @Test
  void anotherKeyOrADamagedFileIsNotTaken() throws IOException {
    examples(5, 6, 7).close();
    Path file = temporary.resolve("tokens");
    byte[] other = new byte[32];
    other[0] = 1;
    assertTrue(TokenFile.open(file, Digest.of(other)).isEmpty());
    assertTrue(TokenFile.open(temporary.resolve("none"), KEY).isEmpty());
    byte[] bytes = Files.readAllBytes(file);
    for (int cut = 1; cut < bytes.length; cut++) {
      byte[] tail = java.util.Arrays.copyOfRange(bytes, cut, bytes.length);
      Files.write(file, tail);
      try {
        assertTrue(TokenFile.open(file, KEY).isEmpty());
      } catch (FormatException e) {
        assertTrue(e.problems().getFirst().what().startsWith("is damaged"), e.toString());
      }
    }
  }
}
