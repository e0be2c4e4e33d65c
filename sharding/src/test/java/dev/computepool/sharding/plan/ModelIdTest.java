package dev.computepool.sharding.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.computepool.sharding.SharedData;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelIdTest {
  @Test
  void followsTheVectors() throws IOException {
    JsonNode vectors =
        new ObjectMapper()
            .readTree(SharedData.folder("specs/fixtures").resolve("vectors.json").toFile())
            .get("swarmllm_model_id");
    vectors
        .properties()
        .forEach(
            vector ->
                assertEquals(
                    vector.getValue().textValue(), ModelId.ofFileName(vector.getKey()).value()));
    assertEquals(4, vectors.size());
  }

  @ParameterizedTest
  @CsvSource({
    "Tiny-Untied.F16.gguf, tiny-untied.f16",
    "tiny_tied.Q8_0.gguf, tiny-tied.q8-0",
    "a.gguf, a",
    "a, a",
    "--a--b--.gguf, a-b",
    "UPPER.GGUF, upper.gguf",
    "x.gguf.gguf, x.gguf",
    "Größe 7.gguf, gr-e-7",
    "模型-7b.gguf, 7b",
  })
  void makesOneDashOfEachRunOfOtherCharacters(String fileName, String id) {
    assertEquals(id, ModelId.ofFileName(fileName).value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.fullbackup",
        "model.backup",
        "model.bak",
        "model.OLD",
        "model.orig",
        "model.copy",
        "model.save",
        "foo.tmp",
        "model.temp",
        "tmp",
        "model-copy",
        "Model-Copy",
      })
  void refusesWhatNodesTakeForABackup(String id) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> new ModelId(id));
    assertEquals(
        "model id '" + id + "' is refused: nodes take it for a backup copy", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "a..b", "a/b", "../a", "a b", "a~", "ä", "a\\b", "a\u0000"})
  void refusesWhatNodesWouldRename(String id) {
    assertThrows(IllegalArgumentException.class, () -> new ModelId(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"my.tmp.model", "copycat", "A_b-C.1", "x.q4-k-m", "old.q8-0"})
  void acceptsWhatOnlyResemblesABackup(String id) {
    assertEquals(id, new ModelId(id).toString());
  }

  @Test
  void refusesAFileNameThatLeavesNothing() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> ModelId.ofFileName("__.gguf"));
    assertEquals("no model id can be made of the name '__'", e.getMessage());
  }

  @Test
  void leavesRoomForThePartialDirectory() {
    assertEquals(240, new ModelId("a".repeat(240)).value().length());
    Exception e = assertThrows(IllegalArgumentException.class, () -> new ModelId("a".repeat(241)));
    assertTrue(String.valueOf(e.getMessage()).endsWith("it is longer than 240 characters"));
  }
}
