package dev.computepool.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.llama.MetadataOverride.BoolOverride;
import dev.computepool.llama.MetadataOverride.FloatOverride;
import dev.computepool.llama.MetadataOverride.IntOverride;
import dev.computepool.llama.MetadataOverride.TextOverride;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataOverrideTest {
  @Test
  void readsEachType() {
    assertEquals(new IntOverride("a.b", -7), MetadataOverride.parse("a.b=int:-7"));
    assertEquals(new FloatOverride("a", 0.5), MetadataOverride.parse("a=float:0.5"));
    assertEquals(new BoolOverride("a", true), MetadataOverride.parse("a=bool:true"));
    assertEquals(new TextOverride("a", "x=y:z"), MetadataOverride.parse("a=str:x=y:z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a | 'a' is not KEY=TYPE:VALUE",
        "=int:1 | '=int:1' is not KEY=TYPE:VALUE",
        "a=int | 'a=int' is not KEY=TYPE:VALUE",
        "a=u8:1 | 'a=u8:1' has none of the types int, float, bool, str",
        "a=int:x | 'x' is no number",
        "a=bool:1 | '1' is no bool"
      })
  void saysWhatIsWrong(String text, String expected) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> MetadataOverride.parse(text));
    assertEquals(expected, e.getMessage());
  }

  @Test
  void refusesAKeyThatDoesNotFitTheStructure() {
    assertThrows(IllegalArgumentException.class, () -> new BoolOverride("k".repeat(128), true));
    assertEquals(127, new BoolOverride("k".repeat(127), true).key().length());
  }
}
