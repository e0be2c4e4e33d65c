package dev.computepool.crawl.extract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Code exactly as its author wrote it, whatever the page did to show it.
///
/// Pages mark the ends of lines in four ways: by line feeds, by `<br>`, by one block element
/// a line, and by one `<span class="line">` a line. Line numbers and buttons have been dropped.
///
/// @param language as the page names it, such as `python`; empty if it does not
/// @param code without blank lines around it
record CodeBlock(String language, String code) {
  /// How a page shows a listing.
  ///
  /// @param spanLines whether each line is a `span` and nothing stands between them
  /// @param collapses whether white space does, so that only `br` ends a line
  private record Layout(boolean spanLines, boolean collapses) {}

  /// The listings inside a box; several where a page offers the same code in two languages.
  static List<CodeBlock> in(Box box) {
    List<Box> variants = new ArrayList<>();
    for (Box child : box.children()) {
      if (child.is("code")) {
        variants.add(child);
      }
    }
    List<CodeBlock> blocks = new ArrayList<>();
    if (variants.size() > 1 && isEachOfItsOwn(variants)) {
      for (Box variant : variants) {
        add(blocks, variant);
      }
    } else {
      add(blocks, box);
    }
    return blocks;
  }

  /// Whether each is in a language of its own; lines may be elements as well.
  private static boolean isEachOfItsOwn(List<Box> variants) {
    Set<String> languages = new HashSet<>();
    for (Box variant : variants) {
      String language = CodeLanguage.own(variant);
      if (language == null || !languages.add(language)) {
        return false;
      }
    }
    return true;
  }

  private static void add(List<CodeBlock> blocks, Box box) {
    StringBuilder out = new StringBuilder(box.chars() + 16);
    collect(box, out, new Layout(hasSpanLines(box), !isPreserved(box) && breaks(box) > 0));
    String code =
        trim(out.toString().replace("\r\n", "\n").replace('\r', '\n').replace('\u00a0', ' '));
    if (!code.isBlank()) {
      blocks.add(new CodeBlock(CodeLanguage.of(box), code));
    }
  }

  /// Whether a box that is no `pre` is a listing all the same: nothing but boxes called "line".
  static boolean isListing(Box box) {
    if (box.is("table") || box.is("ul") || box.is("ol")) {
      return false;
    }
    if (isBrokenCode(box)) {
      return true;
    }
    int lines = 0;
    for (Piece piece : box.pieces()) {
      switch (piece) {
        case Text text -> {
          if (!text.value().isBlank()) {
            return false;
          }
        }
        case Box child -> {
          if (child.dropped() == null) {
            if (!child.is("div") || !Names.isLine(child)) {
              return false;
            }
            lines++;
          }
        }
      }
    }
    return lines > 0;
  }

  /// Whether a `code` that is not inside a `pre` has several lines.
  static boolean isCodeOfLines(Box box) {
    return box.is("code") && !box.isBlock() && breaks(box) > 1;
  }

  /// Whether it is called code and nothing but line breaks part it.
  private static boolean isBrokenCode(Box box) {
    boolean called = (box.is("div") || box.is("p")) && Names.isCode(box);
    return called && breaks(box) > 0 && box.children().stream().noneMatch(Box::isBlock);
  }

  private static int breaks(Box box) {
    int breaks = box.is("br") ? 1 : 0;
    for (Box child : box.children()) {
      breaks += breaks(child);
    }
    return breaks;
  }

  /// Whether a table is a listing, a line in each row: GitHub's, wherever they are shown.
  static boolean isNumbered(Box table) {
    List<Box> rows = new ArrayList<>();
    for (Box part : table.children()) {
      if (part.is("tbody")) {
        rows.addAll(part.children());
      }
    }
    return !rows.isEmpty()
        && rows.stream()
            .allMatch(
                row ->
                    !row.children().isEmpty()
                        && row.children().getFirst().element().hasAttr("data-line-number"));
  }

  /// The block as Markdown: its fence is longer than any run of backticks in it.
  String fenced() {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < code.length(); i++) {
      run = code.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    String fence = "`".repeat(Math.max(3, longest + 1));
    return fence + language + '\n' + code + '\n' + fence;
  }

  private static void collect(Box box, StringBuilder out, Layout layout) {
    boolean lines = hasBlockChild(box);
    for (Piece piece : box.pieces()) {
      switch (piece) {
        case Text(String value) -> {
          if (!lines || !value.isBlank()) {
            out.append(layout.collapses ? collapsed(value, out) : value);
          }
        }
        case Box child -> {
          if (child.dropped() == null) {
            if (child.is("br")) {
              out.append('\n');
            } else if (isLine(child, layout.spanLines)) {
              startLine(out);
              int start = out.length();
              collect(child, out, layout);
              if (out.length() == start || out.charAt(out.length() - 1) != '\n') {
                out.append('\n');
              }
            } else {
              collect(child, out, layout);
            }
          }
        }
      }
    }
  }

  /// White space means what it does elsewhere on a page.
  private static String collapsed(String value, StringBuilder before) {
    String text = value.replaceAll("[ \\t\\r\\n]+", " ");
    boolean atStart = before.isEmpty() || before.charAt(before.length() - 1) == '\n';
    return atStart ? text.stripLeading() : text;
  }

  /// Whether white space stands as it is written.
  private static boolean isPreserved(Box box) {
    for (Box around = box; around != null; around = around.parent()) {
      if (around.is("pre") || around.attribute("style").contains("white-space")) {
        return true;
      }
    }
    return box.children().stream().anyMatch(child -> child.is("pre"));
  }

  private static void startLine(StringBuilder out) {
    if (!out.isEmpty() && out.charAt(out.length() - 1) != '\n') {
      out.append('\n');
    }
  }

  private static boolean hasBlockChild(Box box) {
    for (Piece piece : box.pieces()) {
      if (piece instanceof Box child && child.dropped() == null && isLine(child, false)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLine(Box box, boolean spanLines) {
    return switch (box.tag()) {
      case "div", "li", "tr", "p" -> true;
      case "span", "code" -> spanLines && Names.isLine(box);
      default -> false;
    };
  }

  /// Whether lines are spans with nothing between them.
  private static boolean hasSpanLines(Box box) {
    Box parent = box;
    List<Box> children = parent.children();
    while (children.size() == 1 && !Names.isLine(children.getFirst())) {
      parent = children.getFirst();
      children = parent.children();
    }
    int lines = 0;
    for (Piece piece : parent.pieces()) {
      switch (piece) {
        case Text(String value) -> {
          if (value.indexOf('\n') >= 0) {
            return false;
          }
        }
        case Box child -> lines += Names.isLine(child) ? 1 : 0;
      }
    }
    return lines > 1 && !parent.element().wholeText().contains("\n");
  }

  /// Without blank lines around it and blanks at its end; the indent of its first line stays.
  private static String trim(String code) {
    int start = 0;
    for (int i = 0; i < code.length() && code.charAt(i) <= ' '; i++) {
      if (code.charAt(i) == '\n') {
        start = i + 1;
      }
    }
    return code.substring(start).stripTrailing();
  }
}
