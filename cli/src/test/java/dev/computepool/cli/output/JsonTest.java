package dev.computepool.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonTest {
  record Inner(long totalBytes, List<Integer> layerRange) {}

  record Outer(
      String path,
      @Nullable String name,
      boolean ok,
      List<Inner> shards,
      Map<String, Object> extra) {}

  @Test
  void keysAreSnakeCaseAndAbsentOnesAreLeftOut() {
    Map<String, Object> extra = new LinkedHashMap<>();
    extra.put("general.name", "é \"x\" \u001b");
    assertEquals(
        """
        {
          "path": "a/b",
          "ok": false,
          "shards": [
            {
              "total_bytes": 9223372036854775807,
              "layer_range": [
                0,
                12
              ]
            }
          ],
          "extra": {
            "general.name": "é \\"x\\" \\u001B"
          }
        }
        """,
        Json.document(
            new Outer(
                "a/b", null, false, List.of(new Inner(Long.MAX_VALUE, List.of(0, 12))), extra)));
  }

  @Test
  void emptyListsStay() {
    assertEquals(
        """
        {
          "path": "",
          "ok": true,
          "shards": [ ],
          "extra": { }
        }
        """,
        Json.document(new Outer("", null, true, List.of(), Map.of())));
  }
}
