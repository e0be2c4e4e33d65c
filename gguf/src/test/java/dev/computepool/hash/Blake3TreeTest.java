package dev.computepool.hash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.ByteRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Blake3TreeTest {
  private static final HashEngine ENGINE = HashEngine.detect();

  @TempDir Path dir;

  private static Blake3Tree tree(byte[] input, int groupSize) {
    Blake3Tree.Builder builder = Blake3Tree.builder(input.length, groupSize, ENGINE);
    hash(builder.worker(), 0, ByteBuffer.wrap(input));
    return builder.build();
  }

  private static void hash(Blake3Tree.Builder.Worker worker, long at, ByteBuffer bytes) {
    worker.begin(at);
    worker.add(bytes);
    worker.end();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1023, 1024, 1025, 16384, 16385, 40_000, 131_072, 131_073, 1_000_001})
  void rootIsThePlainDigest(int length) {
    byte[] input = Pattern.random(length, 1);
    for (int groupSize = 1024; groupSize <= Blake3Tree.MAX_GROUP; groupSize *= 2) {
      Blake3Tree tree = tree(input, groupSize);
      assertEquals(Blake3.hash(input), tree.root(), "groups of " + groupSize);
      assertEquals(length, tree.length());
      assertEquals(Math.max(1, Math.ceilDiv(length, groupSize)), tree.groupCount());
    }
  }

  /// BLAKE3 of the outboard file that Bao's reference implementation writes.
  @ParameterizedTest
  @CsvSource({
    "0, 71e0a99173564931c0b8acc52d2685a8e39c64dc52e3d02390fdac2a12b155cb",
    "1, 1a0d12016999e47689dae5744d2b8c1903faf7ca2886a658150083100ef2c8ee",
    "1024, d27e778a2b838caf6be23c7528e6f1f7beb6bff048f9cf9a8fdb2767c74215b3",
    "1025, 3772503edd83a1661f2dae45ada092b5a1623156736e23d25cbfec22c57047f0",
    "2048, 3033d1541d5fd604e21c63d6325c8092bb12be0865b9da3f7d360a7554a9236c",
    "2049, 6459523b4659be60ef291018e0358051771a8c35ac97082b06896ea466703133",
    "5000, 66d62a52c036bc419a30dff0ef53a709df0926134123778d1524cd7c9a0a969c",
    "102400, 25d582b3431a22d32ce52990cc0367e064588c19936c2f2038bd4d9463ba8652",
  })
  void isStoredAsBaoDoes(int length, String expected) throws IOException {
    Path file = dir.resolve("tree");
    tree(Pattern.published(length), 1024).write(file);
    assertEquals(expected, Blake3.hash(Files.readAllBytes(file)).hex());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1024, 1025, 2048, 2049, 5000, 16_384, 100_000})
  void leavesOutWhatIsInsideAGroup(int length) throws IOException {
    byte[] input = Pattern.random(length, 2);
    for (int groupSize : new int[] {1024, 4096, 16384}) {
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      expected.write(header(length));
      bao(input, 0, length, groupSize, true, expected);
      Path file = dir.resolve("tree");
      tree(input, groupSize).write(file);
      assertArrayEquals(expected.toByteArray(), Files.readAllBytes(file));
      assertEquals(Files.size(file), Blake3Tree.storedBytes(length, groupSize));
    }
  }

  private static byte[] header(long length) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }

  /// The specification, word for word: a parent, then its left subtree, then its right one.
  ///
  /// @return the chaining value of the subtree
  private static byte[] bao(
      byte[] input, int from, int to, int groupSize, boolean emit, ByteArrayOutputStream out) {
    int length = to - from;
    if (length <= Compression.CHUNK_BYTES) {
      return bytes(
          Node.chunk(
                  ByteBuffer.wrap(input, from, length),
                  from / Compression.CHUNK_BYTES,
                  Compression.iv(),
                  0)
              .chainingValue());
    }
    int split = from + Compression.CHUNK_BYTES * Integer.highestOneBit((length - 1) / 1024);
    boolean parent = emit && length > groupSize;
    ByteArrayOutputStream below = new ByteArrayOutputStream();
    byte[] left = bao(input, from, split, groupSize, parent, below);
    byte[] right = bao(input, split, to, groupSize, parent, below);
    if (parent) {
      out.writeBytes(left);
      out.writeBytes(right);
      out.writeBytes(below.toByteArray());
    }
    return bytes(Node.parent(words(left), 0, words(right), 0, Compression.iv(), 0).chainingValue());
  }

  private static byte[] bytes(int[] words) {
    ByteBuffer bytes = ByteBuffer.allocate(Digest.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(words, 0, Compression.CHAIN_WORDS);
    return bytes.array();
  }

  private static int[] words(byte[] bytes) {
    int[] words = new int[Compression.CHAIN_WORDS];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16_384, 16_385, 131_073, 3_000_000})
  void readsBackWhatItWrote(int length) throws IOException {
    byte[] input = Pattern.random(length, 3);
    Blake3Tree tree = tree(input, 16_384);
    Path file = dir.resolve("tree");
    tree.write(file);
    Blake3Tree back = Blake3Tree.read(file, tree.root(), length, 16_384);
    assertEquals(tree.root(), back.root());
    assertEquals(List.of(), tree.damaged(back));
    Path again = dir.resolve("again");
    back.write(again);
    assertEquals(-1, Files.mismatch(file, again));
  }

  @Test
  void refusesAFileCutShortAtEveryByte() throws IOException {
    Blake3Tree tree = tree(Pattern.random(5000, 4), 1024);
    Path file = dir.resolve("tree");
    tree.write(file);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      HashTreeException e =
          assertThrows(
              HashTreeException.class, () -> Blake3Tree.read(file, tree.root(), 5000, 1024));
      assertEquals(
          file
              + ": hash tree has "
              + length
              + " bytes, not the 264 of an input of 5000 bytes in groups of 1024",
          e.getMessage());
    }
  }

  @Test
  void refusesEveryFlippedByte() throws IOException {
    Blake3Tree tree = tree(Pattern.random(5000, 5), 1024);
    Path file = dir.resolve("tree");
    tree.write(file);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 0x10;
      Files.write(file, flipped);
      HashTreeException e =
          assertThrows(
              HashTreeException.class, () -> Blake3Tree.read(file, tree.root(), 5000, 1024));
      String place = at < 8 ? "byte 0" : "byte " + (8 + (at - 8) / 64 * 64);
      assertEquals(place, e.problems().getFirst().at(), "byte " + at + " flipped");
    }
  }

  @Test
  void refusesTheTreeOfAnotherInput() throws IOException {
    Blake3Tree tree = tree(Pattern.random(5000, 6), 1024);
    Path file = dir.resolve("tree");
    tree.write(file);
    Digest other = Blake3.hash(Pattern.random(5000, 7));
    assertEquals(
        file
            + " at byte 8: hash tree is damaged or of another file:"
            + " its root is not the one expected",
        assertThrows(HashTreeException.class, () -> Blake3Tree.read(file, other, 5000, 1024))
            .getMessage());
  }

  @Test
  void namesDamagedGroupsMergedAndClipped() {
    byte[] input = Pattern.random(10_000, 8);
    Blake3Tree intact = tree(input, 1024);
    byte[] bad = input.clone();
    bad[1023] ^= 1;
    bad[5000] ^= 1;
    bad[5120] ^= 1;
    bad[9999] ^= 1;
    assertEquals(
        List.of(new ByteRange(0, 1024), new ByteRange(4096, 6144), new ByteRange(9216, 10_000)),
        intact.damaged(tree(bad, 1024)));
  }

  @Test
  void doesNotCompareTreesOfDifferentShape() {
    byte[] input = Pattern.random(10_000, 9);
    Blake3Tree tree = tree(input, 1024);
    assertThrows(IllegalArgumentException.class, () -> tree.damaged(tree(input, 2048)));
    assertThrows(
        IllegalArgumentException.class, () -> tree.damaged(tree(Arrays.copyOf(input, 9999), 1024)));
  }

  @Test
  void widensARangeToWholeGroups() {
    Blake3Tree tree = tree(Pattern.random(10_000, 10), 1024);
    assertEquals(new ByteRange(1024, 3072), tree.groupsAround(new ByteRange(1500, 2049)));
    assertEquals(new ByteRange(9216, 10_000), tree.groupsAround(new ByteRange(9999, 10_000)));
    assertEquals(0, tree.groupsAround(new ByteRange(10_000, 10_000)).length());
    assertThrows(IllegalArgumentException.class, () -> tree.groupsAround(new ByteRange(0, 10_001)));
  }

  @Test
  void comparesOnlyTheGroupsThatWereHashed() {
    byte[] input = Pattern.random(10_000, 12);
    Blake3Tree expected = tree(input, 1024);
    input[500]++;
    input[5000]++;
    input[9999]++;
    Blake3Tree.Builder builder = Blake3Tree.builder(input.length, 1024, ENGINE);
    assertEquals(List.of(), builder.differing(expected));
    Blake3Tree.Builder.Worker worker = builder.worker();
    worker.begin(4096);
    worker.add(ByteBuffer.wrap(input, 4096, 2048));
    worker.end();
    worker.begin(9216);
    worker.add(ByteBuffer.wrap(input, 9216, 10_000 - 9216));
    worker.end();
    assertEquals(
        List.of(new ByteRange(4096, 5120), new ByteRange(9216, 10_000)),
        builder.differing(expected));
    Blake3Tree other = tree(input, 2048);
    assertThrows(IllegalArgumentException.class, () -> builder.differing(other));
  }

  @Test
  void collectsGroupsInAnyOrder() {
    byte[] input = Pattern.random(10_000, 11);
    Blake3Tree.Builder builder = Blake3Tree.builder(input.length, 1024, ENGINE);
    Blake3Tree.Builder.Worker one = builder.worker();
    Blake3Tree.Builder.Worker two = builder.worker();
    hash(two, 4096, ByteBuffer.wrap(input, 4096, 10_000 - 4096));
    assertThrows(IllegalStateException.class, builder::build);
    hash(one, 0, ByteBuffer.wrap(input, 0, 4096));
    assertEquals(Blake3.hash(input), builder.build().root());
  }

  @Test
  void refusesWhatAreNotGroupsOfTheInput() {
    Blake3Tree.Builder.Worker worker = Blake3Tree.builder(10_000, 1024, ENGINE).worker();
    assertThrows(IllegalArgumentException.class, () -> worker.begin(-1024));
    assertThrows(IllegalArgumentException.class, () -> worker.begin(1));
    assertThrows(IllegalArgumentException.class, () -> worker.begin(10_240));
    worker.begin(9216);
    assertThrows(IllegalArgumentException.class, () -> worker.add(ByteBuffer.allocate(785)));
    worker.add(ByteBuffer.allocate(783));
    assertThrows(IllegalArgumentException.class, worker::end);
    worker.add(ByteBuffer.allocate(1));
    worker.end();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 1024, 16_384, 131_072, 200_000, 3_000_000})
  void takesPiecesOfAnySize(int piece) {
    byte[] input = Pattern.random(piece == 1 ? 40_000 : 5_000_000, 12);
    Blake3Tree expected = tree(input, 16_384);
    Blake3Tree.Builder builder = Blake3Tree.builder(input.length, 16_384, ENGINE);
    Blake3Tree.Builder.Worker worker = builder.worker();
    worker.begin(0);
    for (int at = 0; at < input.length; at += piece) {
      worker.add(ByteBuffer.wrap(input, at, Math.min(piece, input.length - at)));
    }
    worker.end();
    assertEquals(Blake3.hash(input), builder.build().root());
    assertEquals(List.of(), expected.damaged(builder.build()));
  }

  @Test
  void refusesAGroupSizeThatIsNoSubtree() {
    for (int groupSize : new int[] {0, 512, 1025, 3 * 1024, 2 << 20}) {
      assertEquals(
          "group size must be a power of two from 1024 to 1048576, not " + groupSize,
          assertThrows(
                  IllegalArgumentException.class, () -> Blake3Tree.builder(1, groupSize, ENGINE))
              .getMessage());
    }
  }
}
