package dev.computepool.crawl.extract;

import org.jspecify.annotations.Nullable;

/// Writes what stands within a line: emphasis, links, code, formulas.
final class InlineRenderer {
  private InlineText out = new InlineText();

  void text(String value) {
    out.text(value);
  }

  /// What has been written since the last call.
  String take() {
    return out.take();
  }

  /// A box that was dropped: nothing of it is written but a formula.
  void dropped(Box box) {
    String formula = box.is("script") ? Formula.of(box) : null;
    if (formula != null) {
      out.markdown(formula);
    } else if (box.is("noscript") || !Tags.isBlock(box.tag())) {
      out.space();
    }
  }

  void box(Box box) {
    String formula = Formula.of(box);
    if (formula != null) {
      out.markdown(formula);
      return;
    }
    switch (box.tag()) {
      case "br" -> out.lineBreak();
      case "hr", "wbr" -> {}
      case "img" -> {}
      case "a" -> link(box);
      case "em", "i" -> marked(box, "*");
      case "strong", "b" -> marked(box, "**");
      case "del", "s", "strike" -> marked(box, "~~");
      case "code", "tt", "kbd", "samp" -> code(box);
      default -> contents(box);
    }
  }

  /// A heading in one line: without emphasis, links, and the link to itself.
  String heading(Box box) {
    return apart(() -> plain(box));
  }

  /// The contents of a box in one line.
  String line(Box box) {
    return apart(() -> contents(box));
  }

  private String apart(Runnable write) {
    InlineText before = out;
    out = new InlineText();
    write.run();
    String text = out.take().replaceAll("\\s*\\n\\s*", " ");
    out = before;
    return text;
  }

  private void plain(Box box) {
    for (Piece piece : box.pieces()) {
      switch (piece) {
        case Text(String value) -> out.text(value);
        case Box child -> {
          if (child.dropped() != null) {
            dropped(child);
          } else if (!isSelfLink(child)) {
            String formula = Formula.of(child);
            if (formula != null) {
              out.markdown(formula);
            } else if (child.is("code")) {
              code(child);
            } else if (child.is("br") || Tags.isBlock(child.tag())) {
              out.space();
              plain(child);
              out.space();
            } else {
              plain(child);
            }
          }
        }
      }
    }
  }

  /// A link whose text is a mark such as ¶ or #, or nothing.
  private static boolean isSelfLink(Box box) {
    if (!box.is("a")) {
      return false;
    }
    String text = box.element().text();
    boolean mark = text.codePoints().noneMatch(Character::isLetterOrDigit);
    return mark || (Names.isPermalink(box) && box.chars() * 2 < parentChars(box));
  }

  private static int parentChars(Box box) {
    Box parent = box.parent();
    return parent == null ? 0 : parent.chars();
  }

  private void contents(Box box) {
    for (Piece piece : box.pieces()) {
      switch (piece) {
        case Text(String value) -> out.text(value);
        case Box child -> {
          if (child.dropped() != null) {
            dropped(child);
          } else if (Tags.isBlock(child.tag())) {
            out.space();
            box(child);
            out.space();
          } else {
            box(child);
          }
        }
      }
    }
  }

  private void marked(Box box, String mark) {
    int start = out.open();
    contents(box);
    out.wrap(start, mark, mark);
  }

  private void link(Box box) {
    int start = out.open();
    contents(box);
    String text = out.since(start);
    String target = target(box);
    boolean plain =
        text.isBlank()
            || text.indexOf('[') >= 0
            || text.indexOf(']') >= 0
            || text.indexOf('\n') >= 0;
    if (target != null && !plain) {
      out.wrap(start, "[", "](" + target + ")");
    }
  }

  /// Where a link leads, absolute; null if that is unknown, or nowhere outside the page.
  private static @Nullable String target(Box box) {
    String href = box.attribute("href").strip();
    if (href.isEmpty() || href.startsWith("#")) {
      return null;
    }
    boolean whole = href.startsWith("http://") || href.startsWith("https://");
    if (!whole && !box.element().baseUri().startsWith("http")) {
      return null;
    }
    String absolute = whole ? href : box.element().absUrl("href");
    if (!absolute.startsWith("http://") && !absolute.startsWith("https://")) {
      return null;
    }
    StringBuilder out = new StringBuilder(absolute.length());
    for (int i = 0; i < absolute.length(); i++) {
      char c = absolute.charAt(i);
      switch (c) {
        case '(' -> out.append("%28");
        case ')' -> out.append("%29");
        case '<' -> out.append("%3C");
        case '>' -> out.append("%3E");
        case '\\' -> out.append("%5C");
        default -> {
          if (c > ' ' && !Character.isWhitespace(c)) {
            out.append(c);
          } else {
            out.append("%20");
          }
        }
      }
    }
    return out.toString();
  }

  private void code(Box box) {
    String code = box.element().text();
    if (code.isBlank()) {
      contents(box);
      return;
    }
    out.markdown(codeSpan(code));
  }

  private static String codeSpan(String code) {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < code.length(); i++) {
      run = code.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    String ticks = "`".repeat(longest + 1);
    boolean touches = code.startsWith("`") || code.endsWith("`");
    return touches ? ticks + ' ' + code + ' ' + ticks : ticks + code + ticks;
  }
}
