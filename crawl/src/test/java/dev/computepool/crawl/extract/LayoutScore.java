package dev.computepool.crawl.extract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much of a page's layout is kept in Markdown: its code to the letter, its headings with their
/// level. The metrics of the kit's own scorer.
final class LayoutScore {
  private static final Pattern OPEN =
      Pattern.compile("\\s*(?:>\\s?)*(?:[-*+]\\s+|\\d+[.)]\\s+)?(`{3,}|~{3,})[^`]*");

  private static final Pattern HEADING = Pattern.compile("\\s{0,3}(#{1,6})\\s+(.*?)\\s*#*\\s*");
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  private final List<String> lines = new ArrayList<>();
  private final Set<String> headings = new HashSet<>();

  LayoutScore(String markdown) {
    String fence = null;
    for (String line : markdown.replace('\u00a0', ' ').split("\n", -1)) {
      lines.add(line.stripTrailing());
      Matcher open = OPEN.matcher(line);
      Matcher heading = HEADING.matcher(line);
      String bare = line.strip();
      if (fence != null) {
        boolean closes =
            bare.length() >= fence.length()
                && bare.equals(fence.substring(0, 1).repeat(bare.length()));
        fence = closes ? null : fence;
      } else if (open.matches()) {
        fence = open.group(1);
      } else if (heading.matches()) {
        headings.add(heading.group(1).length() + " " + words(heading.group(2)));
      }
    }
  }

  /// Whether a block of code stands there line for line, under one indent.
  boolean hasCode(String code) {
    List<String> want = block(code);
    if (want.isEmpty()) {
      return false;
    }
    for (int at = 0; at + want.size() <= lines.size(); at++) {
      String line = lines.get(at);
      String first = want.getFirst();
      if (line.endsWith(first)) {
        String indent = line.substring(0, line.length() - first.length());
        if (indent.isBlank() && standsAt(want, at, indent)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean standsAt(List<String> want, int at, String indent) {
    for (int i = 0; i < want.size(); i++) {
      String expected = want.get(i).isEmpty() ? "" : indent + want.get(i);
      if (!lines.get(at + i).equals(expected)) {
        return false;
      }
    }
    return true;
  }

  /// Without outer blank lines, trailing blanks and the indent that all lines have.
  private static List<String> block(String code) {
    List<String> lines = new ArrayList<>();
    for (String line : code.replace("\r\n", "\n").replace('\u00a0', ' ').split("\n", -1)) {
      lines.add(line.stripTrailing());
    }
    while (!lines.isEmpty() && lines.getFirst().isEmpty()) {
      lines.removeFirst();
    }
    while (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    int indent =
        lines.stream()
            .filter(line -> !line.isEmpty())
            .mapToInt(line -> line.length() - line.replaceFirst("^ +", "").length())
            .min()
            .orElse(0);
    return lines.stream().map(line -> line.isEmpty() ? line : line.substring(indent)).toList();
  }

  /// Whether a heading stands there as one of this level.
  boolean hasHeading(int level, String title) {
    return headings.contains(level + " " + words(title));
  }

  /// A heading's words; those without any do not count.
  static String words(String text) {
    Matcher word = WORD.matcher(WindowScore.plain(text.replaceAll("[`*\u00b6\u200b]", "")));
    List<String> words = new ArrayList<>();
    while (word.find()) {
      words.add(word.group().toLowerCase(Locale.ROOT));
    }
    return String.join(" ", words);
  }
}
