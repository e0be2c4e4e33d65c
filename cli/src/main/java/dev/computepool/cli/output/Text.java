package dev.computepool.cli.output;

import dev.computepool.cli.term.Characters;
import dev.computepool.cli.term.Style;

/// Where a report prints itself: lines, and the style they may use.
public final class Text {
  private final StringBuilder lines = new StringBuilder();
  private final Style style;

  public Text(Style style) {
    this.style = style;
  }

  public Style style() {
    return style;
  }

  /// Adds one line, its control characters spelled out: names and words of others are in it.
  public Text line(String line) {
    return raw(Characters.visible(line));
  }

  /// Adds a text as it is, which others may have written, and the end of its last line.
  public Text raw(String text) {
    lines.append(text).append('\n');
    return this;
  }

  /// Adds an empty line.
  public Text blank() {
    lines.append('\n');
    return this;
  }

  /// Adds the rows of `table`.
  public Text table(Table table) {
    lines.append(table.render(style));
    return this;
  }

  /// Adds the rows of `table` as Markdown.
  public Text markdown(Table table) {
    lines.append(table.renderMarkdown());
    return this;
  }

  @Override
  public String toString() {
    return lines.toString();
  }
}
