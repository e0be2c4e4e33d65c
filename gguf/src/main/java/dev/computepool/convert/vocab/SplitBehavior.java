package dev.computepool.convert.vocab;

import java.util.ArrayList;
import java.util.List;

/// What becomes of the parts of a text that a delimiter matches.
enum SplitBehavior {
  REMOVED,
  ISOLATED,
  MERGED_WITH_PREVIOUS,
  MERGED_WITH_NEXT,
  CONTIGUOUS;

  /// A part of a text, delimiter or not.
  record Part(String text, boolean delimiter) {}

  /// The behaviour that a file names, such as `MergedWithPrevious`.
  ///
  /// @throws UnknownComponentException if there is none of that name
  static SplitBehavior of(String name) throws UnknownComponentException {
    return switch (name) {
      case "Removed", "removed" -> REMOVED;
      case "Isolated", "isolated" -> ISOLATED;
      case "MergedWithPrevious", "merged_with_previous" -> MERGED_WITH_PREVIOUS;
      case "MergedWithNext", "merged_with_next" -> MERGED_WITH_NEXT;
      case "Contiguous", "contiguous" -> CONTIGUOUS;
      default -> throw new UnknownComponentException("split behavior " + name);
    };
  }

  /// The words that a text cut into parts gives; none is empty.
  List<String> words(List<Part> parts) {
    List<String> words = new ArrayList<>();
    switch (this) {
      case REMOVED -> {
        for (Part part : parts) {
          if (!part.delimiter()) {
            words.add(part.text());
          }
        }
      }
      case ISOLATED -> parts.forEach(part -> words.add(part.text()));
      case CONTIGUOUS -> {
        boolean before = false;
        for (Part part : parts) {
          append(words, part.text(), !words.isEmpty() && part.delimiter() == before);
          before = part.delimiter();
        }
      }
      case MERGED_WITH_PREVIOUS -> {
        boolean before = false;
        for (Part part : parts) {
          append(words, part.text(), !words.isEmpty() && part.delimiter() && !before);
          before = part.delimiter();
        }
      }
      case MERGED_WITH_NEXT -> {
        boolean before = false;
        for (Part part : parts) {
          append(words, part.text(), !words.isEmpty() && !part.delimiter() && before);
          before = part.delimiter();
        }
      }
    }
    words.removeIf(String::isEmpty);
    return words;
  }

  private static void append(List<String> words, String text, boolean joined) {
    if (joined) {
      words.set(words.size() - 1, words.getLast() + text);
    } else {
      words.add(text);
    }
  }
}
