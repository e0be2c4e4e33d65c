package dev.computepool.gguf.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitNameTest {
  @Test
  void countsFromOneInFiveDigits() {
    SplitName name = new SplitName(Path.of("models", "llama-8b.Q4_K_M"), 12);
    assertEquals(Path.of("models", "llama-8b.Q4_K_M-00001-of-00012.gguf"), name.part(0));
    assertEquals(Path.of("models", "llama-8b.Q4_K_M-00012-of-00012.gguf"), name.part(11));
  }

  @Test
  void readsWhatItWrites() {
    SplitName name = new SplitName(Path.of("a-00001-of-00002"), 3);
    assertEquals(Optional.of(new SplitName.Numbered(name, 2)), SplitName.parse(name.part(2)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.gguf",
        "-00001-of-00002.gguf",
        "x-0001-of-00002.gguf",
        "x-00001-of-00002.GGUF",
        "x-00003-of-00002.gguf",
        "x-00000-of-00002.gguf",
        "x-0000a-of-00002.gguf",
        "x-99999-of-99999.gguf",
        "x_00001-of-00002.gguf",
        "x-00001-or-00002.gguf"
      })
  void takesNothingElseForAPart(String name) {
    assertEquals(Optional.empty(), SplitName.parse(Path.of(name)));
  }

  @Test
  void refusesMorePartsThanTheFormatCanCount() {
    assertThrows(IllegalArgumentException.class, () -> new SplitName(Path.of("a"), 65536));
    assertThrows(IllegalArgumentException.class, () -> new SplitName(Path.of("a"), 0));
  }
}
