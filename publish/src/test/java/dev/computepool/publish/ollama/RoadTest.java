package dev.computepool.publish.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoadTest {
  private static final ModelName AT_OLLAMA = ModelName.parse("alice/tiny");
  private static final KeySearch.Found NONE = new KeySearch.Found.None(Path.of("/h/id_ed25519"));
  private static final KeySearch.Found SERVICE =
      new KeySearch.Found.OnlyService(Path.of("/s/id_ed25519"));

  private static Road road(ModelName name, KeySearch.Found key, String daemon) {
    Optional<String> version = daemon.isEmpty() ? Optional.empty() : Optional.of(daemon);
    return Road.of(new Road.Facts(name, key, false, version));
  }

  @Test
  void aKeyOfOnesOwnNeedsNoOllama(@TempDir Path folder) throws IOException {
    Path file = Keys.vector(folder);
    KeySearch.Found key = new KeySearch.Found.Usable(file, OllamaKey.read(file));
    assertEquals(
        new Road(
            Road.Way.REGISTRY,
            List.of(
                "the key "
                    + file
                    + " can sign (ssh-ed25519"
                    + " AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4)")),
        road(AT_OLLAMA, key, "0.33.0"));
  }

  @Test
  void aKeyOfTheServiceIsUsedByTheService() {
    assertEquals(
        new Road(
            Road.Way.DAEMON,
            List.of(
                "the only key is /s/id_ed25519, which belongs to Ollama's service",
                "Ollama 0.33.0 answers here and can push with its own key; it writes the GGUF"
                    + " anew")),
        road(AT_OLLAMA, SERVICE, "0.33.0"));
  }

  @Test
  void withNeitherThereIsAModelfile() {
    assertEquals(
        new Road(
            Road.Way.MODELFILE,
            List.of("there is no key; yours would be /h/id_ed25519", "no Ollama answers here")),
        road(AT_OLLAMA, NONE, ""));
  }

  @Test
  void anotherRegistryIsSpokenToDirectly() {
    assertEquals(
        Road.Way.REGISTRY, road(ModelName.parse("ghcr.io/alice/tiny"), NONE, "0.33.0").way());
  }
}
