package dev.computepool.publish.card;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HubIdsTest {
  @Test
  void idsAreToldFromPaths() {
    List<String> texts =
        List.of(
            "gpt2", "Qwen/Qwen2.5-0.5B", "a/b/c", "/a/b", "./a", "a/../b", "a--b", "a/b.git", "");
    assertEquals(
        List.of("gpt2", "Qwen/Qwen2.5-0.5B"), texts.stream().filter(HubIds::isId).toList());
  }

  @Test
  void aSnapshotInTheCacheNamesItsRepository() {
    Path snapshot = Path.of("/home/me/.cache/huggingface/hub/models--Qwen--Qwen2.5-0.5B/snapshots");
    assertEquals(Optional.of("Qwen/Qwen2.5-0.5B"), HubIds.ofCache(snapshot.resolve("abc123")));
    assertEquals(Optional.empty(), HubIds.ofCache(Path.of("/home/me/models/base")));
  }
}
