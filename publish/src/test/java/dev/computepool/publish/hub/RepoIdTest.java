package dev.computepool.publish.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepoIdTest {
  @Test
  void namesAreReadAsTheyAre() {
    assertEquals(new RepoId("acme", "Qwen2.5-0.5B_x"), RepoId.parse("acme/Qwen2.5-0.5B_x"));
    assertEquals("acme/demo", RepoId.parse("acme/demo").toString());
  }

  @Test
  void firstModelsHadNoNamespace() {
    assertEquals(new RepoId(null, "gpt2"), RepoId.parseExisting("gpt2"));
    assertEquals("gpt2", RepoId.parseExisting("gpt2").toString());
    assertEquals(new RepoId("acme", "demo"), RepoId.parseExisting("acme/demo"));
    assertThrows(IllegalArgumentException.class, () -> RepoId.parseExisting("-gpt2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "a/b/c",
        "acme/",
        "/demo",
        "acme/-demo",
        "acme/demo.",
        ".acme/demo",
        "acme/de--mo",
        "acme/de..mo",
        "acme/demo.git",
        "acme/d mo",
        "acme/dämo",
        "acme/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void whatIsNoneIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> RepoId.parse(text));
  }
}
