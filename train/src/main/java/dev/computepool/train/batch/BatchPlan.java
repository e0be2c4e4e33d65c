package dev.computepool.train.batch;

import dev.computepool.train.model.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Which examples are seen together, and in which order: the same for the same seed.
public final class BatchPlan {
  /// Examples are sorted by length within windows of this many batches, so that rows of a batch
  /// are nearly of a length while each epoch still has batches of its own.
  private static final int WINDOW = 64;

  /// Rows are padded to a multiple of this: the machine's vectors want no odd ends.
  private static final int MULTIPLE = 8;

  private final TokenFile examples;
  private final List<List<int[]>> batches;

  private BatchPlan(TokenFile examples, List<List<int[]>> batches) {
    this.examples = examples;
    this.batches = batches;
  }

  /// How examples become rows.
  public enum Rows {
    /// One example a row; examples of nearly the same length together.
    BUCKETS,
    /// As many examples in a row as fit.
    PACKED,
    /// One example a row, in random order.
    PLAIN
  }

  /// The batches of an epoch.
  ///
  /// @param chosen numbers of the examples
  /// @param size rows of a batch
  /// @param length tokens of the longest row; only packed rows are filled up to it
  /// @param seed of the epoch
  public static BatchPlan epoch(
      TokenFile examples, int[] chosen, Rows rows, int size, int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = chosen.clone();
    shuffle(order, random);
    List<int[]> filled =
        switch (rows) {
          case BUCKETS -> bucketed(examples, order, size);
          case PACKED -> packed(examples, order, length);
          case PLAIN -> single(order);
        };
    List<List<int[]>> batches = new ArrayList<>();
    for (int i = 0; i < filled.size(); i += size) {
      batches.add(List.copyOf(filled.subList(i, Math.min(filled.size(), i + size))));
    }
    if (rows != Rows.PLAIN) {
      shuffle(batches, random);
    }
    return new BatchPlan(examples, batches);
  }

  /// Batches to measure with: the examples in order of length, nothing at random.
  public static BatchPlan evaluation(TokenFile examples, int[] chosen, int size) {
    int[] order = sorted(examples, chosen, 0, chosen.length);
    List<int[]> filled = single(order);
    List<List<int[]>> batches = new ArrayList<>();
    for (int i = 0; i < filled.size(); i += size) {
      batches.add(List.copyOf(filled.subList(i, Math.min(filled.size(), i + size))));
    }
    return new BatchPlan(examples, batches);
  }

  /// How many batches there are.
  public int size() {
    return batches.size();
  }

  /// One batch.
  public Batch batch(int index) {
    List<int[]> rows = batches.get(index);
    int longest = rows.stream().mapToInt(this::length).max().orElseThrow();
    int length = Math.ceilDiv(longest, MULTIPLE) * MULTIPLE;
    int size = Math.multiplyExact(rows.size(), length);
    int[] ids = new int[size];
    int[] labels = new int[size];
    int[] positions = new int[size];
    int[] segments = new int[size];
    Arrays.fill(labels, Batch.NO_LOSS);
    for (int row = 0; row < rows.size(); row++) {
      int at = row * length;
      int segment = 0;
      for (int example : rows.get(row)) {
        segment++;
        int tokens = examples.length(example);
        for (int i = 0; i < tokens; i++, at++) {
          int packed = examples.packed(example, i);
          ids[at] = EncodedExample.token(packed);
          // What begins an example is predicted by nothing.
          boolean learned = i > 0 && EncodedExample.isLearned(packed);
          labels[at] = learned ? ids[at] : Batch.NO_LOSS;
          positions[at] = i;
          segments[at] = segment;
        }
      }
    }
    return new Batch(rows.size(), length, ids, labels, positions, segments);
  }

  private int length(int[] row) {
    return IntStream.of(row).map(examples::length).sum();
  }

  private static List<int[]> single(int[] order) {
    return IntStream.of(order).mapToObj(example -> new int[] {example}).toList();
  }

  private static List<int[]> bucketed(TokenFile examples, int[] order, int size) {
    int window = Math.multiplyExact(size, WINDOW);
    List<int[]> rows = new ArrayList<>();
    for (int from = 0; from < order.length; from += window) {
      int to = Math.min(order.length, from + window);
      rows.addAll(single(sorted(examples, order, from, to)));
    }
    return rows;
  }

  private static int[] sorted(TokenFile examples, int[] order, int from, int to) {
    // Stable: what is equally long stays in random order.
    return Arrays.stream(order, from, to)
        .boxed()
        .sorted(Comparator.comparingInt(examples::length))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /// Best fit, longest first: a row takes the example that leaves the least room.
  ///
  /// @see <a href="https://arxiv.org/abs/2404.10830">Fewer Truncations Improve Language
  ///     Modeling</a>
  private static List<int[]> packed(TokenFile examples, int[] order, int length) {
    int[] longest = sorted(examples, order, 0, order.length);
    NavigableMap<Integer, List<List<Integer>>> open = new TreeMap<>(); // by room that is left
    List<List<Integer>> rows = new ArrayList<>();
    for (int i = longest.length - 1; i >= 0; i--) {
      int tokens = examples.length(longest[i]);
      Map.Entry<Integer, List<List<Integer>>> fitting = open.ceilingEntry(tokens);
      int room = fitting == null ? length : fitting.getKey();
      List<Integer> row = new ArrayList<>();
      if (fitting == null) {
        rows.add(row);
      } else {
        row = fitting.getValue().removeLast();
        if (fitting.getValue().isEmpty()) {
          open.remove(room);
        }
      }
      row.add(longest[i]);
      open.computeIfAbsent(room - tokens, _ -> new ArrayList<>()).add(row);
    }
    return rows.stream().map(row -> row.stream().mapToInt(Integer::intValue).toArray()).toList();
  }

  private static void shuffle(int[] values, SplittableRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }

  private static <T> void shuffle(List<T> values, SplittableRandom random) {
    for (int i = values.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      values.set(i, values.set(j, values.get(i)));
    }
  }
}
