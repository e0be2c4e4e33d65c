package dev.computepool.publish.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ModelNameTest {
  private static ModelName name(String host, String namespace, String model, String tag) {
    return new ModelName("https", host, namespace, model, tag);
  }

  @Test
  void fillsInWhatIsLeftOut() {
    assertEquals(name("registry.ollama.ai", "library", "tiny", "latest"), ModelName.parse("tiny"));
    assertEquals(
        name("registry.ollama.ai", "alice", "tiny", "latest"), ModelName.parse("alice/tiny"));
    assertEquals(
        name("registry.ollama.ai", "Alice_1", "tiny.v2", "q4_K_M"),
        ModelName.parse(" Alice_1/tiny.v2:q4_K_M "));
    assertEquals(
        name("localhost:5000", "alice", "tiny", "latest"),
        ModelName.parse("localhost:5000/alice/tiny"));
    assertEquals(
        new ModelName("http", "localhost:5000", "alice", "tiny", "x"),
        ModelName.parse("http://localhost:5000/alice/tiny:x"));
  }

  @Test
  void namesAllThatIsWrong() {
    assertEquals(
        "'registry.ollama.ai/al.ice/-tiny:' is no name of a model: namespace 'al.ice' is not up to"
            + " 80 letters, digits, - and _, beginning with a letter, digit or _; model '-tiny' is"
            + " not up to 80 letters, digits, -, _ and ., beginning with a letter, digit or _; tag"
            + " is missing",
        assertThrows(IllegalArgumentException.class, () -> ModelName.parse("al.ice/-tiny:"))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> ModelName.parse("a/b/c/d"));
    assertThrows(IllegalArgumentException.class, () -> ModelName.parse("ftp://h/a/b"));
    assertThrows(IllegalArgumentException.class, () -> ModelName.parse("alice/../tiny"));
    assertThrows(IllegalArgumentException.class, () -> ModelName.parse("a/" + "b".repeat(81)));
    assertEquals("b".repeat(80), ModelName.parse("a/" + "b".repeat(80)).model());
  }

  @Test
  void aModelOfNobodyIsNotPublished() {
    assertEquals(
        "'tiny' has no account in front; a model is published as USER/tiny",
        assertThrows(
                IllegalArgumentException.class, () -> ModelName.parse("tiny").requirePublishable())
            .getMessage());
    assertEquals("alice", ModelName.parse("alice/tiny").requirePublishable().namespace());
  }

  @Test
  void plainRegistriesTakeLowerCaseOnly() {
    ModelName mixed = ModelName.parse("Alice/Tiny__.Q4");
    assertEquals(mixed, mixed.requirePublishable());
    ModelName elsewhere = mixed.withHost("https", "ghcr.io");
    assertEquals(
        "'Alice/Tiny__.Q4' cannot be a repository of ghcr.io: such registries take lower-case"
            + " letters and digits with single . _ or - between them, such as alice/tiny.q4",
        assertThrows(IllegalArgumentException.class, elsewhere::requirePublishable).getMessage());
    assertEquals(
        "ghcr.io/alice/tiny:latest",
        ModelName.parse("ghcr.io/alice/tiny").requirePublishable().toString());
    assertEquals(
        "hf.co only gives models out to Ollama; what is published there is a repository of the Hub",
        assertThrows(
                IllegalArgumentException.class,
                () -> ModelName.parse("hf.co/alice/tiny").requirePublishable())
            .getMessage());
  }

  @Test
  void isShownAsOllamaShowsIt() {
    assertEquals("tiny:latest", ModelName.parse("tiny").display());
    assertEquals("alice/tiny:x", ModelName.parse("alice/tiny:x").display());
    assertEquals("h:1/library/tiny:x", ModelName.parse("h:1/library/tiny:x").display());
  }
}
