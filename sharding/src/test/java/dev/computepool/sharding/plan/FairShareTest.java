package dev.computepool.sharding.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.computepool.hash.Digest;
import dev.computepool.sharding.SharedData;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FairShareTest {
  @Test
  void followsTheVectors() throws IOException {
    JsonNode vectors =
        new ObjectMapper()
            .readTree(SharedData.folder("specs/fixtures").resolve("vectors.json").toFile())
            .get("swarmllm_fair_share");
    assertEquals(6, vectors.size());
    for (JsonNode vector : vectors) {
      assertEquals(
          vector.get("seed_shard").intValue(),
          FairShare.seedShard(
              Digest.parse(vector.get("node_id").textValue()),
              vector.get("model_id").textValue(),
              vector.get("total_shards").intValue()));
    }
  }

  @Test
  void needsAShard() {
    Digest node = Digest.of(new byte[Digest.BYTES]);
    assertEquals(0, FairShare.seedShard(node, "a", 1));
    assertThrows(IllegalArgumentException.class, () -> FairShare.seedShard(node, "a", 0));
  }
}
