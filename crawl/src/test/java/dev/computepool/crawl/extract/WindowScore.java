package dev.computepool.crawl.extract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much two texts have in common, as multisets of windows of four words: the metric of the
/// article extraction benchmark.
record WindowScore(double precision, double recall) {
  private static final int WINDOW = 4;
  private static final Pattern WORD = Pattern.compile("[\\w]+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern LINK = Pattern.compile("\\[([^\\[\\]]*)\\]\\(<?[^()\\s]*>?\\)");
  private static final Pattern ESCAPE = Pattern.compile("\\\\([\\\\`*_{}\\[\\]()#+\\-.!|<>~$=:])");
  private static final Pattern FENCE =
      Pattern.compile("(?m)^\\s*(?:[-*+] |\\d+[.)] )?`{3,}[^`\\n]*$");

  static WindowScore of(String gold, String found) {
    Map<List<String>, Integer> want = windows(gold);
    Map<List<String>, Integer> have = windows(found);
    long hits = 0;
    for (Map.Entry<List<String>, Integer> window : have.entrySet()) {
      hits += Math.min(window.getValue(), want.getOrDefault(window.getKey(), 0));
    }
    return new WindowScore(share(hits, have), share(hits, want));
  }

  /// Text without the marks of Markdown that would count as words.
  static String plain(String markdown) {
    String text = FENCE.matcher(markdown).replaceAll("");
    text = LINK.matcher(text).replaceAll("$1");
    return ESCAPE.matcher(text).replaceAll("$1");
  }

  private static double share(long hits, Map<List<String>, Integer> all) {
    long sum = all.values().stream().mapToLong(Integer::longValue).sum();
    return sum == 0 ? 0 : (double) hits / sum;
  }

  private static Map<List<String>, Integer> windows(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    Map<List<String>, Integer> windows = new HashMap<>();
    for (int i = 0; i + Math.min(WINDOW, words.size()) <= words.size() && !words.isEmpty(); i++) {
      windows.merge(words.subList(i, Math.min(i + WINDOW, words.size())), 1, Integer::sum);
    }
    return windows;
  }
}
