package dev.computepool.crawl.dataset;

import dev.computepool.crawl.dataset.Block.Kind;
import dev.computepool.crawl.dataset.Chunking.Overflow;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// Parts a block that is too long by itself, where it hurts least.
final class Overlong {
  private static final String ELLIPSIS = "…";

  private final Limit limit;
  private final Overflow overflow;

  Overlong(Limit limit, Overflow overflow) {
    this.limit = limit;
    this.overflow = overflow;
  }

  /// Texts that are each short enough, in the order of the block.
  List<String> part(Block block) {
    return switch (overflow) {
      case CUT -> List.of(cut(block));
      case SPLIT ->
          switch (block.kind()) {
            case CODE -> code(block.text());
            case TABLE -> table(block.text());
            case LIST -> join(items(block.text()), "\n", t -> t);
            case PARAGRAPH, HEADING -> prose(block.text());
          };
    };
  }

  private String cut(Block block) {
    String text = block.text();
    String fence = block.kind() == Kind.CODE ? MarkdownBlocks.opens(firstLine(text)) : null;
    String end = fence == null ? ELLIPSIS : ELLIPSIS + "\n" + fence;
    return head(text, t -> t.stripTrailing() + end);
  }

  /// As much of the beginning as fits, made whole by `finish`.
  private String head(String text, UnaryOperator<String> finish) {
    int least = 0;
    int most = Math.min(Limit.chars(text), limit.maxChars());
    while (least < most) {
      int middle = (least + most + 1) >>> 1;
      String head = text.substring(0, text.offsetByCodePoints(0, middle));
      if (limit.holds(finish.apply(head))) {
        least = middle;
      } else {
        most = middle - 1;
      }
    }
    return finish.apply(text.substring(0, text.offsetByCodePoints(0, least)));
  }

  /// Code, each part in a fence of its own with the language of the whole; between blank lines
  /// where they stand well, else between lines.
  private List<String> code(String text) {
    String opening = firstLine(text);
    String fence = MarkdownBlocks.opens(opening);
    if (fence == null) {
      return join(text.lines().toList(), "\n", t -> t);
    }
    List<String> lines = text.lines().skip(1).toList();
    boolean closed = !lines.isEmpty() && MarkdownBlocks.closes(lines.getLast(), fence);
    List<String> body = closed ? lines.subList(0, lines.size() - 1) : lines;
    String indent = opening.substring(0, opening.indexOf(fence));
    UnaryOperator<String> fenced = t -> opening + "\n" + t + "\n" + indent + fence;
    return join(body, "\n", fenced);
  }

  /// Rows, each part under the headings of the columns.
  private List<String> table(String text) {
    List<String> rows = text.lines().toList();
    if (rows.size() < 3) {
      return prose(text);
    }
    String head = rows.get(0) + "\n" + rows.get(1);
    if (!limit.holds(head + "\n" + rows.get(2))) {
      return join(rows, "\n", t -> t);
    }
    return join(rows.subList(2, rows.size()), "\n", t -> head + "\n" + t);
  }

  /// The outermost items of a list, with all that belongs to each.
  private static List<String> items(String text) {
    List<String> items = new ArrayList<>();
    StringBuilder item = new StringBuilder();
    String fence = null;
    for (String line : text.lines().toList()) {
      if (fence != null) {
        fence = MarkdownBlocks.closes(line, fence) ? null : fence;
      } else {
        fence = MarkdownBlocks.opens(line);
        if (MarkdownBlocks.isItem(line) && !line.startsWith(" ") && !item.isEmpty()) {
          items.add(item.toString());
          item.setLength(0);
        }
      }
      item.append(item.isEmpty() ? "" : "\n").append(line);
    }
    items.add(item.toString());
    return items;
  }

  private List<String> prose(String text) {
    List<String> sentences = new ArrayList<>();
    BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
    breaks.setText(text);
    int from = breaks.first();
    for (int to = breaks.next(); to != BreakIterator.DONE; from = to, to = breaks.next()) {
      sentences.add(text.substring(from, to));
    }
    return join(sentences, "", t -> t);
  }

  /// Puts pieces together as long as they fit; a piece that does not fit alone is parted at
  /// spaces, and a word at any character.
  private List<String> join(List<String> pieces, String between, UnaryOperator<String> whole) {
    List<String> parts = new ArrayList<>();
    String part = "";
    boolean empty = true;
    for (String piece : pieces) {
      String longer = empty ? piece : part + between + piece;
      if (limit.holds(whole.apply(longer.strip().isEmpty() ? longer : trim(longer, between)))) {
        part = longer;
        empty = false;
        continue;
      }
      if (!empty) {
        String kept = between.equals("\n") ? atBlankLine(part) : part;
        finish(parts, kept, between, whole);
        String rest = part.substring(kept.length());
        part = rest.startsWith("\n") ? rest.substring(1) : rest;
        longer = part.isEmpty() ? piece : part + between + piece;
        if (limit.holds(whole.apply(longer))) {
          part = longer;
          continue;
        }
        finish(parts, part, between, whole);
      }
      if (limit.holds(whole.apply(piece))) {
        part = piece;
        empty = false;
      } else {
        words(piece, whole).forEach(w -> finish(parts, w, between, whole));
        part = "";
        empty = true;
      }
    }
    finish(parts, part, between, whole);
    return parts;
  }

  /// Lines up to the last blank one, if that leaves at least half; otherwise all.
  private static String atBlankLine(String part) {
    int blank = part.lastIndexOf("\n\n");
    return blank >= part.length() / 2 ? part.substring(0, blank) : part;
  }

  private void finish(
      List<String> parts, String part, String between, UnaryOperator<String> whole) {
    if (!part.isBlank()) {
      parts.add(whole.apply(trim(part, between)));
    }
  }

  /// Of lines, nothing but blank ones is taken away at the ends; of sentences, all white space.
  private static String trim(String part, String between) {
    return between.equals("\n")
        ? part.replaceFirst("^(?:[ \t]*\n)+", "").stripTrailing()
        : part.strip();
  }

  private List<String> words(String piece, UnaryOperator<String> whole) {
    List<String> parts = new ArrayList<>();
    // Only as much is looked at as could fit, or a page without spaces would be copied for each
    // part.
    int window = (int) Math.min(piece.length(), 2L * limit.maxChars() + 2);
    int from = 0;
    while (true) {
      int to = Math.min(piece.length(), from + window);
      String rest = piece.substring(from, to);
      if (to == piece.length() && limit.holds(whole.apply(rest))) {
        parts.add(rest);
        return parts;
      }
      int fits = fitting(rest, whole);
      int space = rest.lastIndexOf(' ', fits);
      int end = space > fits / 2 ? space : fits;
      parts.add(rest.substring(0, end));
      from += end;
      while (from < piece.length() && piece.charAt(from) == ' ') {
        from++;
      }
    }
  }

  /// How much of a text fits, in UTF-16 units; at least one character.
  private int fitting(String text, UnaryOperator<String> whole) {
    int least = 1;
    int most = Math.min(Limit.chars(text), limit.maxChars());
    while (least < most) {
      int middle = (least + most + 1) >>> 1;
      if (limit.holds(whole.apply(text.substring(0, text.offsetByCodePoints(0, middle))))) {
        least = middle;
      } else {
        most = middle - 1;
      }
    }
    return text.offsetByCodePoints(0, least);
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
