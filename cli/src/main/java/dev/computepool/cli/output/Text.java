package dev.computepool.cli.output;

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

  /// Adds one line.
  public Text line(String line) {
    lines.append(line).append('\n');
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
