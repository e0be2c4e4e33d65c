package dev.computepool.crawl.extract;

import java.util.List;

/// Writes what is left of a page as CommonMark with GitHub's tables.
///
/// It goes down by recursion, which is safe because the parser has bounded the depth of the page.
final class MarkdownRenderer {
  private final MarkdownWriter writer;
  private final InlineRenderer inline;

  private MarkdownRenderer(int expected) {
    writer = new MarkdownWriter(expected);
    inline = new InlineRenderer();
  }

  /// The Markdown of some parts of a page, one after the other.
  static String render(List<Box> roots) {
    int expected = 256;
    for (Box root : roots) {
      expected += root.chars() + root.chars() / 4;
    }
    MarkdownRenderer renderer = new MarkdownRenderer(expected);
    for (Box root : roots) {
      renderer.block(root);
      renderer.flush();
    }
    return renderer.writer.isEmpty() ? "" : renderer.writer + "\n";
  }

  private void children(Box box) {
    for (Piece piece : box.pieces()) {
      switch (piece) {
        case Text(String value) -> inline.text(value);
        case Box child -> child(child);
      }
    }
  }

  private void child(Box child) {
    if (child.dropped() != null) {
      inline.dropped(child);
    } else if (CodeBlock.isCodeOfLines(child)) {
      flush();
      code(child);
    } else if (child.isBlock()) {
      String formula = Formula.of(child);
      if (formula != null) {
        flush();
        writer.block(formula);
      } else {
        flush();
        block(child);
        flush();
      }
    } else {
      inline.box(child);
    }
  }

  private void flush() {
    String text = inline.take();
    if (!text.isEmpty()) {
      writer.block(text);
    }
  }

  private void block(Box box) {
    switch (box.tag()) {
      case "h1", "h2", "h3", "h4", "h5", "h6" -> heading(box);
      case "pre", "listing", "xmp", "plaintext" -> code(box);
      case "ul", "ol", "menu", "dir" -> list(box);
      case "blockquote" -> quote(box);
      case "table" -> table(box);
      case "dt", "summary" -> term(box);
      default -> {
        if (CodeBlock.isListing(box)) {
          code(box);
        } else if (Names.isTitle(box)) {
          heading(box);
        } else {
          children(box);
        }
      }
    }
  }

  private void heading(Box box) {
    if (box.codes() > 0) {
      children(box);
      return;
    }
    String text = inline.heading(box);
    if (!text.isEmpty()) {
      writer.block("#".repeat(Math.max(1, Tags.headingLevel(box.tag()))) + " " + text);
    }
  }

  private void code(Box box) {
    for (CodeBlock block : CodeBlock.in(box)) {
      writer.block(block.fenced());
    }
  }

  private void term(Box box) {
    if (box.isBlock() && hasBlockChild(box)) {
      children(box);
      return;
    }
    String text = inline.line(box);
    if (!text.isEmpty()) {
      writer.block(text.contains("*") ? text : "**" + text + "**");
    }
  }

  private static boolean hasBlockChild(Box box) {
    for (Box child : box.children()) {
      if (child.isBlock()) {
        return true;
      }
    }
    return false;
  }

  private void quote(Box box) {
    // A quote around code is an old way to indent it.
    if (box.codes() > 0) {
      children(box);
      return;
    }
    MarkdownWriter.Level level = writer.enter("> ", "> ");
    children(box);
    flush();
    writer.leave(level);
  }

  private void list(Box box) {
    List<Box> items = box.children();
    if (ListShape.isLayout(items)) {
      for (Box item : items) {
        block(item);
        flush();
      }
      return;
    }
    boolean before = writer.tighten(ListShape.isTight(items));
    int number = ListShape.firstNumber(box);
    for (Box item : items) {
      String mark = box.is("ol") ? number + ". " : "- ";
      boolean isItem = item.is("li");
      MarkdownWriter.Level level =
          writer.enter(
              isItem ? mark + ListShape.task(item) : "", " ".repeat(isItem ? mark.length() : 2));
      if (isItem) {
        children(item);
        number++;
      } else {
        child(item);
      }
      flush();
      writer.leave(level);
    }
    writer.tighten(before);
  }

  private void table(Box box) {
    if (CodeBlock.isNumbered(box)) {
      code(box);
      return;
    }
    Table table = Table.of(box);
    if (!table.isData()) {
      children(box);
      return;
    }
    for (Box caption : table.captions()) {
      children(caption);
      flush();
    }
    writer.block(table.markdown(inline));
  }
}
