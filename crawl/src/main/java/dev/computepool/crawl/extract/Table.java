package dev.computepool.crawl.extract;

import java.util.ArrayList;
import java.util.List;

/// A table of data, or one that only arranges things on the page.
record Table(List<Box> captions, List<List<Box>> rows, boolean isData) {
  /// Cells are lines: longer ones, in characters, are laid out rather than tabulated.
  private static final int LONGEST_CELL = 1000;

  static Table of(Box box) {
    List<Box> captions = new ArrayList<>();
    List<List<Box>> rows = new ArrayList<>();
    collect(box, captions, rows);
    return new Table(captions, rows, isData(box, rows));
  }

  private static void collect(Box box, List<Box> captions, List<List<Box>> rows) {
    for (Box child : box.children()) {
      switch (child.tag()) {
        case "caption" -> captions.add(child);
        case "thead", "tbody", "tfoot" -> collect(child, captions, rows);
        case "tr" -> {
          List<Box> cells = new ArrayList<>();
          for (Box cell : child.children()) {
            if (cell.is("td") || cell.is("th")) {
              cells.add(cell);
            }
          }
          if (!cells.isEmpty()) {
            rows.add(cells);
          }
        }
        default -> {}
      }
    }
  }

  private static boolean isData(Box box, List<List<Box>> rows) {
    if (box.codes() > 0 || "presentation".equals(box.attribute("role"))) {
      return false;
    }
    int wide = 0;
    for (List<Box> row : rows) {
      wide += row.size() > 1 ? 1 : 0;
      for (Box cell : row) {
        if (cell.chars() > LONGEST_CELL || holdsBlocks(cell)) {
          return false;
        }
      }
    }
    return wide * 2 > rows.size() && rows.size() > 1;
  }

  private static boolean holdsBlocks(Box cell) {
    int paragraphs = 0;
    for (Box child : cell.children()) {
      switch (child.tag()) {
        case "table", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "blockquote", "form" -> {
          return true;
        }
        case "p" -> paragraphs++;
        case "div", "section", "center" -> {
          if (holdsBlocks(child)) {
            return true;
          }
        }
        default -> {
          if (child.isBlock() && !child.is("p") && holdsBlocks(child)) {
            return true;
          }
        }
      }
    }
    return paragraphs > 2;
  }

  /// The table as GitHub writes it; its first row becomes the head if it is one.
  String markdown(InlineRenderer inline) {
    List<List<String>> texts = new ArrayList<>();
    List<Integer> covered = new ArrayList<>();
    int columns = 0;
    for (List<Box> row : rows) {
      List<String> cells = new ArrayList<>();
      for (Box cell : row) {
        pass(covered, cells);
        String text = inline.line(cell).replace("|", "\\|");
        for (int i = span(cell, "colspan"); i > 0; i--) {
          cover(covered, cells.size(), span(cell, "rowspan") - 1);
          cells.add(text);
          text = "";
        }
      }
      pass(covered, cells);
      texts.add(cells);
      columns = Math.max(columns, cells.size());
    }
    StringBuilder out = new StringBuilder();
    boolean head = rows.getFirst().stream().allMatch(cell -> cell.is("th") || isHead(cell));
    row(out, head ? texts.getFirst() : List.of(), columns);
    out.append("\n|").append(" --- |".repeat(columns));
    for (int i = head ? 1 : 0; i < texts.size(); i++) {
      out.append('\n');
      row(out, texts.get(i), columns);
    }
    return out.toString();
  }

  private static boolean isHead(Box cell) {
    Box row = cell.parent();
    Box around = row == null ? null : row.parent();
    return around != null && around.is("thead");
  }

  private static void row(StringBuilder out, List<String> cells, int columns) {
    out.append('|');
    for (int i = 0; i < columns; i++) {
      out.append(' ').append(i < cells.size() ? cells.get(i) : "").append(" |");
    }
  }

  /// Leaves the next places of a row empty that a cell of a row above covers.
  ///
  /// @param covered of each column the rows that are still covered
  private static void pass(List<Integer> covered, List<String> cells) {
    while (cells.size() < covered.size() && covered.get(cells.size()) > 0) {
      covered.set(cells.size(), covered.get(cells.size()) - 1);
      cells.add("");
    }
  }

  private static void cover(List<Integer> covered, int column, int rows) {
    while (covered.size() <= column) {
      covered.add(0);
    }
    covered.set(column, rows);
  }

  /// Columns or rows that a cell covers; pages that claim more than a screen holds are not
  /// believed.
  private static int span(Box cell, String attribute) {
    String span = cell.attribute(attribute).strip();
    boolean small =
        !span.isEmpty() && span.length() < 3 && span.chars().allMatch(c -> c >= '0' && c <= '9');
    return small ? Math.max(1, Integer.parseInt(span)) : 1;
  }
}
