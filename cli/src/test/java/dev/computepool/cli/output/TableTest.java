package dev.computepool.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.computepool.cli.term.Style;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TableTest {
  private static String render(Table table, Style style) {
    return new Text(style).table(table).toString();
  }

  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    Table table =
        new Table()
            .left("name")
            .right("size")
            .left("")
            .row("a", "1", "x")
            .row("a longer name", "1023", "")
            .row("", "12", "last columns are not padded");
    assertEquals(
        """
        name           size
        a                 1  x
        a longer name  1023
                         12  last columns are not padded
        """,
        render(table, Style.PLAIN));
  }

  @Test
  void withoutHeadingsThereIsNoLineForThem() {
    assertEquals(
        "  k   v\n  kk  w\n",
        render(
            new Table().indent("  ").left("").left("").row("k", "v").row("kk", "w"), Style.PLAIN));
    assertEquals("a\n", render(new Table().left("a"), Style.PLAIN));
    assertEquals("", render(new Table().left(""), Style.PLAIN));
  }

  @Test
  void coloursDoNotMoveColumns() {
    Table table =
        new Table().left("state").left("file").row(Style.ANSI.good("ok"), "f").row("missing", "g");
    assertEquals(
        """
        \u001b[2mstate    file\u001b[0m
        \u001b[32mok\u001b[0m       f
        missing  g
        """,
        render(table, Style.ANSI));
  }

  @Test
  void wideCharactersTakeTwoColumns() {
    assertEquals(
        """
        模型  1
        abcd  2
        é     3
        """,
        render(
                new Table().left("").left("").row("模型", "1").row("abcd", "2").row("e\u0301", "3"),
                Style.PLAIN)
            .replace("e\u0301", "é"));
  }

  @Test
  void aCellIsOneLineWhateverAFileSays() {
    String hostile = "a\nb\u001b]0;title\u0007\u001b[";
    assertEquals(
        "a\\nb\\x1b]0;title\\x07\\x1b[  1\n",
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () -> render(new Table().left("").left("").row(hostile, "1"), Style.PLAIN)));
  }

  @Test
  void aRowHasACellForEachColumn() {
    assertEquals(
        "1 cells for 2 columns",
        assertThrows(IllegalArgumentException.class, () -> new Table().left("a").left("b").row("x"))
            .getMessage());
  }

  @Test
  void knowsWhetherItHasRows() {
    assertEquals(true, new Table().left("a").isEmpty());
    assertEquals(false, new Table().left("a").row("x").isEmpty());
  }
}
