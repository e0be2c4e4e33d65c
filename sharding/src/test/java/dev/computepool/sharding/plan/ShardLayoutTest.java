package dev.computepool.sharding.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.computepool.gguf.GgufFile;
import dev.computepool.sharding.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardLayoutTest {
  @ParameterizedTest
  @CsvSource({
    "swarmllm-tiny-untied, Tiny-Untied.F16.gguf",
    "swarmllm-tiny-tied, tiny_tied.Q8_0.gguf",
  })
  void cutsTheFixturesWhereNodesDo(String fixture, String file) throws IOException {
    Path folder = SharedData.folder("specs/fixtures").resolve(fixture);
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    List<TensorSpan> tensors = TensorSpan.of(GgufFile.readHeader(folder.resolve(file)));

    long requested =
        ShardLayout.requestedShards(
            expected.get("gguf_bytes").longValue(), expected.get("shard_size").longValue());
    assertEquals(expected.get("requested").longValue(), requested);

    List<ShardLayout> layouts = ShardLayout.compute(tensors, requested);
    assertEquals(expected.get("emitted").intValue(), layouts.size());
    for (ShardLayout layout : layouts) {
      JsonNode shard = expected.get("shards").get(layout.index());
      assertEquals(
          new LayerRange(
              shard.get("layers").get(0).longValue(), shard.get("layers").get(1).longValue()),
          layout.layers());
      assertEquals(shard.get("size").longValue(), layout.sizeBytes());
      List<TensorSpan> spans = new ArrayList<>();
      for (JsonNode tensor : shard.get("tensors")) {
        spans.add(
            new TensorSpan(
                tensor.get(0).textValue(), tensor.get(1).longValue(), tensor.get(3).longValue()));
      }
      assertEquals(spans, layout.tensors());
    }
  }

  @Test
  void oneShardHoldsEverythingInTheOrderOfTheFile() {
    List<TensorSpan> tensors = model(3, 100);
    ShardLayout only = ShardLayout.compute(tensors, 1).getFirst();
    assertEquals(new ShardLayout(0, new LayerRange(0, 3), tensors), only);
  }

  @Test
  void aModelWithoutLayersIsOneShardHoweverManyWereAskedFor() {
    List<TensorSpan> tensors =
        List.of(new TensorSpan("token_embd.weight", 0, 10), new TensorSpan("output.weight", 32, 5));
    assertEquals(
        List.of(new ShardLayout(0, new LayerRange(0, 0), tensors)),
        ShardLayout.compute(tensors, 1000));
  }

  @Test
  void noTensorsAreOneEmptyShard() {
    assertEquals(
        List.of(new ShardLayout(0, new LayerRange(0, 0), List.of())),
        ShardLayout.compute(List.of(), 7));
  }

  @Test
  void moreShardsThanLayersGiveOneLayerEach() {
    List<ShardLayout> layouts = ShardLayout.compute(model(5, 10), Long.MAX_VALUE);
    assertEquals(5, layouts.size());
    for (int i = 0; i < 5; i++) {
      assertEquals(new LayerRange(i, i + 1), layouts.get(i).layers());
    }
  }

  @Test
  void layersNeedNotBeConsecutiveNorBeginAtZero() {
    List<TensorSpan> tensors =
        List.of(
            new TensorSpan("blk.7.a", 0, 10),
            new TensorSpan("blk.30.a", 32, 10),
            new TensorSpan("blk.4294967294.a", 64, 10));
    assertEquals(
        List.of(
            new LayerRange(7, 8), new LayerRange(30, 31), new LayerRange(4294967294L, 4294967295L)),
        ShardLayout.compute(tensors, 3).stream().map(ShardLayout::layers).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "blk.0.a, false",
    "blk.+7.a, false",
    "blk.007.a, false",
    "blk.5, false",
    "blk.x.a, true",
    "blk..a, true",
    "blk.+.a, true",
    "blk.-1.a, true",
    "blk. 1.a, true",
    "blk.4294967294.a, false",
    "blk.4294967296.a, true",
    "blk.99999999999999999999.a, true",
    "blk.٣.a, true",
    "blk, false",
    "token_embd.weight, false",
  })
  void dropsTensorsWhoseLayerRustCannotRead(String name, boolean dropped) {
    TensorSpan tensor = new TensorSpan(name, 0, 1);
    assertEquals(dropped, ShardLayout.isDropped(tensor));
    assertEquals(
        dropped ? 0 : 1, ShardLayout.compute(List.of(tensor), 1).getFirst().tensors().size());
  }

  @Test
  void everyTensorIsInExactlyOneShardAndLayersAscend() {
    Random random = new Random(42);
    for (int run = 0; run < 200; run++) {
      List<TensorSpan> tensors = new ArrayList<>();
      long offset = 0;
      for (String name : names(random)) {
        long size = random.nextInt(1000);
        tensors.add(new TensorSpan(name, offset, size));
        offset += size + random.nextInt(32);
      }
      long requested = 1 + random.nextLong(20);
      List<ShardLayout> layouts = ShardLayout.compute(tensors, requested);

      assertTrue(layouts.size() <= requested);
      List<TensorSpan> seen = new ArrayList<>();
      long reached = 0;
      for (ShardLayout layout : layouts) {
        assertTrue(layout.layers().start() >= reached);
        reached = layout.layers().end();
        for (TensorSpan tensor : layout.tensors()) {
          if (tensor.inLayer()) {
            long layer = tensor.layer().orElseThrow();
            assertTrue(layer >= layout.layers().start() && layer < layout.layers().end());
          }
        }
        seen.addAll(layout.tensors());
      }
      seen.sort(Comparator.comparingLong(TensorSpan::offset));
      assertEquals(tensors, seen);
    }
  }

  @Test
  void refusesAShardSizeOfNothing() {
    assertThrows(IllegalArgumentException.class, () -> ShardLayout.requestedShards(10, 0));
    assertEquals(10, ShardLayout.requestedShards(10, 1));
    assertEquals(1, ShardLayout.requestedShards(0, 1));
    assertEquals(1, ShardLayout.requestedShards(10, Long.MAX_VALUE));
  }

  private static List<String> names(Random random) {
    List<String> names = new ArrayList<>(List.of("token_embd.weight", "rope_freqs.weight"));
    int layers = random.nextInt(12);
    for (int i = 0; i < layers; i++) {
      names.add("blk." + i + ".a");
      names.add("blk." + i + ".b");
    }
    names.add("output_norm.weight");
    names.add("output.weight");
    Collections.shuffle(names, random);
    return names;
  }

  private static List<TensorSpan> model(int layers, long bytes) {
    List<TensorSpan> tensors = new ArrayList<>();
    tensors.add(new TensorSpan("token_embd.weight", 0, bytes));
    for (int i = 0; i < layers; i++) {
      tensors.add(new TensorSpan("blk." + i + ".a", (i + 1) * bytes, bytes));
    }
    tensors.add(new TensorSpan("output.weight", (layers + 1) * bytes, bytes));
    return tensors;
  }
}
