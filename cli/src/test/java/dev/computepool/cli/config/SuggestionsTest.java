package dev.computepool.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuggestionsTest {
  private static final List<String> KNOWN = List.of("shard", "share", "convert", "gguf", "rm");

  @Test
  void findsTheNearest() {
    assertEquals(Optional.of("shard"), Suggestions.nearest("shrad", KNOWN));
    assertEquals(Optional.of("convert"), Suggestions.nearest("conv", KNOWN));
    assertEquals(Optional.of("gguf"), Suggestions.nearest("ggufs", KNOWN));
    assertEquals(Optional.of("rm"), Suggestions.nearest("rn", KNOWN));
  }

  @Test
  void aBeginningGoesBeforeWhatIsNear() {
    List<String> known = List.of("config", "convert", "--dry-run", "--json");
    assertEquals(Optional.of("convert"), Suggestions.nearest("conv", known));
    assertEquals(Optional.of("--dry-run"), Suggestions.nearest("--dry", known));
    assertEquals(Optional.empty(), Suggestions.nearest("--", known));
  }

  @Test
  void ofTwoAsNearTheFirstOfTheAlphabet() {
    assertEquals(Optional.of("shard"), Suggestions.nearest("shar", KNOWN));
  }

  @Test
  void staysSilentWhereNothingIsNear() {
    assertEquals(Optional.empty(), Suggestions.nearest("quantize", KNOWN));
    assertEquals(Optional.empty(), Suggestions.nearest("xy", KNOWN));
    assertEquals(Optional.empty(), Suggestions.nearest("", List.of()));
  }
}
