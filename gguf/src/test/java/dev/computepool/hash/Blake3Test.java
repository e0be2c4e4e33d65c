package dev.computepool.hash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Blake3Test {
  private static final byte[] KEY =
      "whats the Elvish word for friend".getBytes(StandardCharsets.US_ASCII);
  private static final String CONTEXT = "BLAKE3 2019-12-27 16:29:52 test vectors context";

  record Vector(int length, String hash, String keyed, String derived) {
    @Override
    public String toString() {
      return length + " bytes";
    }
  }

  static List<Vector> vectors() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Blake3Test.class.getResourceAsStream("blake3-vectors.txt")),
                StandardCharsets.US_ASCII))) {
      return reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .map(f -> new Vector(Integer.parseInt(f[0]), f[1], f[2], f[3]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String extended(Blake3 hasher) {
    byte[] out = new byte[131];
    hasher.digest(0, out, 0, out.length);
    return HexFormat.of().formatHex(out);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void givesThePublishedOutputs(Vector vector) {
    byte[] input = Pattern.published(vector.length);
    assertEquals(vector.hash, extended(Blake3.hasher().update(input)));
    assertEquals(vector.hash, extended(Blake3.hasher(HashEngine.detect()).update(input)));
    assertEquals(vector.keyed, extended(Blake3.keyed(KEY).update(input)));
    assertEquals(vector.derived, extended(Blake3.deriveKey(CONTEXT).update(input)));
    assertEquals(vector.hash.substring(0, 64), Blake3.hash(input).hex());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 1000, 1024, 1025, 16384, 16385, 100_000})
  void doesNotDependOnThePieces(int piece) {
    byte[] input = Pattern.random(700_001, 1);
    Blake3 hasher = Blake3.hasher();
    for (int at = 0; at < input.length; at += piece) {
      hasher.update(input, at, Math.min(piece, input.length - at));
    }
    assertEquals(Blake3.hash(input), hasher.digest());
  }

  @Test
  void tellsTheDigestOfEveryPrefixOnTheWay() {
    byte[] input = Pattern.random(300_000, 2);
    Random random = new Random(3);
    Blake3 hasher = Blake3.hasher();
    int at = 0;
    while (at < input.length) {
      int piece = Math.min(input.length - at, 1 + random.nextInt(40_000));
      hasher.update(input, at, piece);
      at += piece;
      assertEquals(Blake3.hash(Arrays.copyOf(input, at)), hasher.digest(), at + " bytes");
    }
  }

  @Test
  void takesHeapAndNativeMemoryAlike() {
    byte[] input = Pattern.random(300_000, 4);
    Digest expected = Blake3.hash(input);
    ByteBuffer direct = ByteBuffer.allocateDirect(input.length).put(input).flip();
    assertEquals(expected, Blake3.hasher().update(direct).digest());
    assertEquals(0, direct.remaining());
    assertEquals(expected, Blake3.hasher().update(MemorySegment.ofArray(input)).digest());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(input.length).copyFrom(MemorySegment.ofArray(input));
      assertEquals(expected, Blake3.hasher().update(segment.asReadOnly()).digest());
    }
  }

  @Test
  void seeksInTheExtendedOutput() {
    Blake3 hasher = Blake3.hasher().update(Pattern.published(3000));
    byte[] whole = new byte[1000];
    hasher.digest(0, whole, 0, whole.length);
    for (int seek : new int[] {0, 1, 63, 64, 65, 500}) {
      byte[] part = new byte[300];
      hasher.digest(seek, part, 7, 130);
      assertArrayEquals(
          Arrays.copyOfRange(whole, seek, seek + 130), Arrays.copyOfRange(part, 7, 137));
    }
    assertThrows(IllegalArgumentException.class, () -> hasher.digest(-1, whole, 0, 1));
  }

  @Test
  void refusesAKeyOfAnotherLength() {
    assertEquals(
        "a BLAKE3 key has 32 bytes, not 31",
        assertThrows(IllegalArgumentException.class, () -> Blake3.keyed(new byte[31]))
            .getMessage());
  }
}
