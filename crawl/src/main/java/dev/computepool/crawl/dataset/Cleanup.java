package dev.computepool.crawl.dataset;

import java.util.ArrayList;
import java.util.List;

/// Removes from a text what nobody sees: control characters, marks without width, spaces at the
/// ends of lines, more than one blank line. Code keeps every character that can be printed.
final class Cleanup {
  private Cleanup() {}

  static Document apply(Document document) {
    String text = clean(document.markdown());
    return new Document(
        document.source(),
        line(document.title()),
        document.language(),
        document.licence(),
        document.fetchedAt(),
        document.sha256(),
        text);
  }

  /// A title or heading as one line.
  static String line(String text) {
    return printable(text, false).replaceAll("\\s+", " ").strip();
  }

  static String clean(String markdown) {
    List<String> lines = new ArrayList<>();
    String fence = null;
    for (String raw : markdown.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1)) {
      boolean code = fence != null || raw.startsWith("    ") || raw.startsWith("\t");
      String line = printable(raw, code);
      if (fence != null) {
        lines.add(line);
        fence = MarkdownBlocks.closes(line, fence) ? null : fence;
        continue;
      }
      fence = MarkdownBlocks.opens(line);
      // Two spaces at the end of a line of text break it there.
      String text =
          line.endsWith("  ") && !line.isBlank()
              ? line.stripTrailing() + "  "
              : line.stripTrailing();
      if (!text.isEmpty() || (!lines.isEmpty() && !lines.getLast().isEmpty())) {
        lines.add(text);
      }
    }
    while (!lines.isEmpty() && lines.getLast().isBlank()) {
      lines.removeLast();
    }
    return String.join("\n", lines);
  }

  private static String printable(String line, boolean code) {
    StringBuilder out = null;
    for (int i = 0; i < line.length(); i += Character.charCount(line.codePointAt(i))) {
      int c = line.codePointAt(i);
      int kept = printable(c, code);
      if (kept != c && out == null) {
        out = new StringBuilder(line.length()).append(line, 0, i);
      }
      if (out != null && kept >= 0) {
        out.appendCodePoint(kept);
      }
    }
    return out == null ? line : out.toString();
  }

  /// What stands for a character, or -1 for nothing.
  private static int printable(int c, boolean code) {
    if (c == '\t') {
      return c;
    }
    if (Character.isISOControl(c) || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF) {
      return -1;
    }
    if (Character.getType(c) == Character.SURROGATE) {
      return 0xFFFD;
    }
    if (code) {
      return c;
    }
    return switch (c) {
      case 0x00AD, 0x200B, 0x2060 -> -1; // soft hyphen, space without width, word joiner
      case 0x00A0, 0x202F -> ' ';
      case 0x2028, 0x2029 -> ' ';
      default -> c;
    };
  }
}
