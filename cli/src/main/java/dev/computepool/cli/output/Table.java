package dev.computepool.cli.output;

import dev.computepool.cli.term.Characters;
import dev.computepool.cli.term.Style;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Rows under headings, each column as wide as its widest cell; the last column is not padded. A
/// cell is one line, whatever it contains.
public final class Table {
  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();
  private String indent = "";

  private record Column(String heading, boolean right) {}

  /// Adds a column of words.
  public Table left(String heading) {
    columns.add(new Column(heading, false));
    return this;
  }

  /// Adds a column of numbers.
  public Table right(String heading) {
    columns.add(new Column(heading, true));
    return this;
  }

  /// Puts `spaces` before each row.
  public Table indent(String spaces) {
    indent = spaces;
    return this;
  }

  /// Adds one row with a cell for each column.
  public Table row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "%d cells for %d columns".formatted(cells.length, columns.size()));
    }
    rows.add(Arrays.stream(cells).map(Characters::visible).toList());
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  String render(Style style) {
    int[] widths = new int[columns.size()];
    boolean headed = false;
    for (int c = 0; c < widths.length; c++) {
      widths[c] = Characters.columns(columns.get(c).heading());
      headed |= widths[c] > 0;
      for (List<String> row : rows) {
        widths[c] = Math.max(widths[c], Characters.columns(row.get(c)));
      }
    }
    StringBuilder out = new StringBuilder();
    if (headed) {
      String heading = line(columns.stream().map(Column::heading).toList(), widths);
      out.append(indent).append(style.dim(heading)).append('\n');
    }
    for (List<String> row : rows) {
      out.append(indent).append(line(row, widths)).append('\n');
    }
    return out.toString();
  }

  /// The same in Markdown; a bar within a cell is escaped.
  String renderMarkdown() {
    StringBuilder out = new StringBuilder(indent);
    out.append(markdownRow(columns.stream().map(Column::heading).toList()));
    out.append(indent)
        .append(markdownRow(columns.stream().map(c -> c.right() ? "---:" : "---").toList()));
    rows.forEach(row -> out.append(indent).append(markdownRow(row)));
    return out.toString();
  }

  private static String markdownRow(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String cell = cells.get(c);
      String padding = " ".repeat(widths[c] - Characters.columns(cell));
      boolean right = columns.get(c).right();
      line.append(c == 0 ? "" : "  ");
      line.append(right ? padding + cell : cell);
      if (!right && c < widths.length - 1) {
        line.append(padding);
      }
    }
    return line.toString().stripTrailing();
  }
}
