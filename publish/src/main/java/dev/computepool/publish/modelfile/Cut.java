package dev.computepool.publish.modelfile;

import java.util.ArrayList;
import java.util.List;

/// What a template writes, cut at words that nothing else contains.
///
/// @param words in the order in which they stand there
/// @param texts before, between and after them
record Cut(List<String> words, List<String> texts) {
  Cut {
    words = List.copyOf(words);
    texts = List.copyOf(texts);
  }

  static Cut of(String text, List<String> at) {
    List<String> words = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    int start = 0;
    while (true) {
      String next = "";
      int end = text.length();
      for (String word : at) {
        int found = text.indexOf(word, start);
        if (found >= 0 && found < end) {
          end = found;
          next = word;
        }
      }
      texts.add(text.substring(start, end));
      if (next.isEmpty()) {
        return new Cut(words, texts);
      }
      words.add(next);
      start = end + next.length();
    }
  }

  String text(int index) {
    return texts.get(index);
  }

  boolean has(String... order) {
    return words.equals(List.of(order));
  }
}
