package dev.computepool.gguf.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Learns which neighbours in a text belong together, the most frequent first.
///
/// Ties go to the symbols that were known first, so that the same text gives the same merges.
///
/// @see <a href="https://arxiv.org/abs/1508.07909">Sennrich et al., Neural Machine Translation of
///     Rare Words with Subword Units</a>
final class BytePairs {
  /// Two symbols that become one.
  record Pair(String left, String right) {
    String joined() {
      return left + right;
    }
  }

  /// A word as numbers of symbols, and how often it occurs.
  private static final class Word {
    final int count;
    int[] symbols;

    Word(int[] symbols, int count) {
      this.symbols = symbols;
      this.count = count;
    }
  }

  private final List<String> symbols = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<Word> words = new ArrayList<>();
  private final Map<Long, Integer> counts = new HashMap<>(); // of each two neighbours

  private BytePairs(Map<String, Integer> text) {
    for (Map.Entry<String, Integer> word : text.entrySet()) {
      int[] split = word.getKey().codePoints().map(p -> number(Character.toString(p))).toArray();
      words.add(new Word(split, word.getValue()));
      count(words.getLast(), 1);
    }
  }

  /// @param words each with how often it occurs; a merge never crosses a word
  /// @param most number of merges; fewer come out if no pair occurs twice any more
  static List<Pair> learn(Map<String, Integer> words, int most) {
    BytePairs learner = new BytePairs(words);
    List<Pair> merges = new ArrayList<>();
    while (merges.size() < most) {
      long best = learner.mostFrequent();
      if (best < 0) {
        break;
      }
      merges.add(learner.merge((int) (best >> Integer.SIZE), (int) best));
    }
    return merges;
  }

  private int number(String symbol) {
    Integer known = numbers.putIfAbsent(symbol, symbols.size());
    if (known != null) {
      return known;
    }
    symbols.add(symbol);
    return symbols.size() - 1;
  }

  private void count(Word word, int sign) {
    for (int i = 0; i + 1 < word.symbols.length; i++) {
      long pair = pair(word.symbols[i], word.symbols[i + 1]);
      counts.merge(pair, sign * word.count, Integer::sum);
    }
  }

  private static long pair(int left, int right) {
    return (long) left << Integer.SIZE | right;
  }

  /// The pair that occurs most, or -1 if none occurs twice.
  private long mostFrequent() {
    long best = -1;
    int most = 1;
    for (Map.Entry<Long, Integer> entry : counts.entrySet()) {
      int count = entry.getValue();
      if (count > most || (count == most && count > 1 && entry.getKey() < best)) {
        best = entry.getKey();
        most = count;
      }
    }
    return best;
  }

  private Pair merge(int left, int right) {
    Pair pair = new Pair(symbols.get(left), symbols.get(right));
    int joined = number(pair.joined());
    for (Word word : words) {
      if (contains(word.symbols, left, right)) {
        count(word, -1);
        word.symbols = merged(word.symbols, left, right, joined);
        count(word, 1);
      }
    }
    return pair;
  }

  private static boolean contains(int[] symbols, int left, int right) {
    for (int i = 0; i + 1 < symbols.length; i++) {
      if (symbols[i] == left && symbols[i + 1] == right) {
        return true;
      }
    }
    return false;
  }

  private static int[] merged(int[] symbols, int left, int right, int joined) {
    int[] merged = new int[symbols.length];
    int length = 0;
    for (int i = 0; i < symbols.length; i++) {
      boolean both = symbols[i] == left && i + 1 < symbols.length && symbols[i + 1] == right;
      merged[length++] = both ? joined : symbols[i];
      if (both) {
        i++;
      }
    }
    return Arrays.copyOf(merged, length);
  }

  /// The words of a text with the space before them, counted in the order in which they come:
  /// letters, digits, and runs of anything else.
  static Map<String, Integer> words(String text) {
    Map<String, Integer> words = new LinkedHashMap<>();
    StringBuilder word = new StringBuilder();
    int kind = -1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int next = Character.isLetter(c) ? 1 : Character.isDigit(c) ? 2 : c == ' ' ? 0 : 3;
      boolean continues = next != 0 && (next == kind || kind == 0) && c != '\n';
      if (!continues && !word.isEmpty()) {
        words.merge(word.toString(), 1, Integer::sum);
        word.setLength(0);
      }
      word.append(c);
      kind = c == '\n' ? -1 : next;
    }
    if (!word.isEmpty()) {
      words.merge(word.toString(), 1, Integer::sum);
    }
    return words;
  }
}
