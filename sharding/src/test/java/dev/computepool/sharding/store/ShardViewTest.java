package dev.computepool.sharding.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.sharding.SharedData;
import dev.computepool.sharding.TinyGguf;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardViewTest {
  @TempDir Path temp;

  @Test
  void anyRangeReadsAsIfNothingHadBeenSplit() throws IOException {
    Path model =
        TinyGguf.llama(40, 300)
            .padding(5)
            .trailing(new byte[50])
            .writeTo(temp.resolve("tiny.gguf"));
    byte[] expected = Files.readAllBytes(model);
    for (boolean link : new boolean[] {false, true}) {
      Path directory =
          Directories.split(model, Directories.shardsOf(1).withLink(link).withReplace(true));
      try (ShardView view = ShardView.open(ShardDirectory.open(directory))) {
        assertEquals(expected.length, view.size());
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
          int from = random.nextInt(expected.length);
          int length = random.nextInt(2000);
          ByteBuffer target = ByteBuffer.allocate(length + 10).limit(length + 5).position(5);
          int count = view.read(target, from);
          int there = Math.min(length, expected.length - from);
          assertEquals(there, count);
          assertArrayEquals(
              Arrays.copyOfRange(expected, from, from + there),
              Arrays.copyOfRange(target.array(), 5, 5 + there));
        }
        assertEquals(-1, view.read(ByteBuffer.allocate(1), expected.length));
        assertEquals(0, view.read(ByteBuffer.allocate(0), 3));
        assertThrows(IllegalArgumentException.class, () -> view.read(ByteBuffer.allocate(1), -1));
      }
    }
  }

  @Test
  void missingShardsEndTheReading() throws IOException {
    Path model = TinyGguf.llama(3, 300).writeTo(temp.resolve("tiny.gguf"));
    Path directory = Directories.split(model, Directories.shardsOf(1));
    Manifest.Tensor tensor =
        ManifestJson.read(directory.resolve("manifest.json")).shards().get(1).tensors().getFirst();
    Files.delete(directory.resolve("shard_001.bin"));
    try (ShardView view = ShardView.open(ShardDirectory.open(directory))) {
      EOFException e =
          assertThrows(
              EOFException.class, () -> view.read(ByteBuffer.allocate(4), tensor.ggufOffset()));
      assertEquals(
          "unexpected end: byte %d of the model is in shard_001.bin, which is not here"
              .formatted(tensor.ggufOffset()),
          e.getMessage());
      assertEquals(4, view.read(ByteBuffer.allocate(4), tensor.ggufOffset() - 40));
    }
  }

  @Test
  void sidecarsStandInForTheirShard() throws IOException {
    Path fixture = SharedData.folder("specs/fixtures/swarmllm-tiny-tied");
    Path node = Directories.copy(fixture.resolve("tiny-tied.q8-0"), temp.resolve("tied"));
    Files.delete(node.resolve("shard_000.bin"));
    byte[] expected = Files.readAllBytes(fixture.resolve("tiny_tied.Q8_0.gguf"));
    try (ShardView view = ShardView.open(ShardDirectory.open(node))) {
      ByteBuffer start = ByteBuffer.allocate(1130);
      assertEquals(1130, view.read(start, 0));
      assertArrayEquals(Arrays.copyOf(expected, 1130), start.array());
      assertThrows(EOFException.class, () -> view.read(ByteBuffer.allocate(1), 1152));
    }
  }
}
