package dev.computepool.chat.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/// One line cut into lines of a width, as Python's `textwrap` cuts it.
final class WordWrap {
  private static final String LETTER = "[\\p{L}_]";

  private static final Pattern CHUNKS_WITH_HYPHENS =
      Pattern.compile(
          "(?U)[ \\t\\n\\x0b\\f\\r]+|(?<=[\\w!\"'&.,?])-{2,}(?=\\w)|[^\\s]\\S*?(?:-(?:(?<="
              + LETTER
              + "{2}-)|(?<="
              + LETTER
              + "-"
              + LETTER
              + "-))(?="
              + LETTER
              + "-?"
              + LETTER
              + ")|(?=\\s|$)|(?<=[\\w!\"'&.,?])(?=-{2,}\\w))");
  private static final Pattern CHUNKS =
      Pattern.compile("[ \\t\\n\\x0b\\f\\r]+|[^ \\t\\n\\x0b\\f\\r]+");

  private WordWrap() {}

  static List<String> wrap(String text, int width, boolean breakLong, boolean hyphens) {
    Deque<String> chunks = new ArrayDeque<>();
    (hyphens ? CHUNKS_WITH_HYPHENS : CHUNKS)
        .matcher(text)
        .results()
        .forEach(match -> chunks.add(match.group()));
    List<String> lines = new ArrayList<>();
    while (!chunks.isEmpty()) {
      List<String> line = new ArrayList<>();
      int length = 0;
      if (!lines.isEmpty() && chunks.getFirst().isBlank()) {
        chunks.removeFirst();
      }
      while (!chunks.isEmpty() && length + Texts.length(chunks.getFirst()) <= width) {
        length += Texts.length(chunks.getFirst());
        line.add(chunks.removeFirst());
      }
      if (!chunks.isEmpty() && Texts.length(chunks.getFirst()) > width) {
        breakChunk(chunks, line, width - length, breakLong);
      }
      if (!line.isEmpty() && line.getLast().isBlank()) {
        line.removeLast();
      }
      if (!line.isEmpty()) {
        lines.add(String.join("", line));
      }
    }
    return lines;
  }

  private static void breakChunk(
      Deque<String> chunks, List<String> line, int room, boolean breakLong) {
    if (!breakLong) {
      if (line.isEmpty()) {
        line.add(chunks.removeFirst());
      }
      return;
    }
    String chunk = chunks.removeFirst();
    int end = Texts.offset(chunk, Math.max(1, room));
    line.add(chunk.substring(0, end));
    chunks.addFirst(chunk.substring(end));
  }
}
