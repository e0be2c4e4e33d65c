package dev.computepool.cli.term;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharactersTest {
  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "abc, 3",
    "é, 1",
    "e\u0301, 1",
    "模型, 4",
    "ｱ, 1",
    "Ａ, 2",
    "한글, 4",
    "🦙, 2",
    "𝒳, 1"
  })
  void areAsWideAsATerminalShowsThem(String text, int columns) {
    assertEquals(columns, Characters.columns(text));
  }

  @Test
  void coloursTakeNoColumns() {
    assertEquals(4, Characters.columns(Style.ANSI.bad("oops")));
    assertEquals(4, Characters.columns("\u001b[38;5;1moops\u001b[m"));
  }

  @Test
  void whatOnlyBeginsLikeAColourTakesSome() {
    assertEquals(4, Characters.columns("\u001b[3x"));
    assertEquals(1, Characters.columns("\u001b"));
    assertEquals(2, Characters.columns("\u001b["));
  }

  @Test
  void controlCharactersAreSpelledOut() {
    assertEquals(
        "a\\x1b[2Jb\\nc\\td\\r\\x00\\x7f\\x9b",
        Characters.visible("a\u001b[2Jb\nc\td\r\0\u007f\u009b"));
    String coloured = Style.ANSI.good("ok") + "\n";
    assertEquals(Style.ANSI.good("ok") + "\\n", Characters.visible(coloured));
    String plain = "llama 🦙";
    assertSame(plain, Characters.visible(plain));
  }
}
