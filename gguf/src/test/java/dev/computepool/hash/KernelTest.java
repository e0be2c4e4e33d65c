package dev.computepool.hash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every kernel against the scalar one, which the published vectors hold.
class KernelTest {
  private static final int CHUNKS = 3000;
  private static final byte[] INPUT = Pattern.random(CHUNKS * Compression.CHUNK_BYTES, 1);

  private static boolean hasVectorModule() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  private static List<Kernel> fastKernels() {
    List<Kernel> kernels = new ArrayList<>(List.of(new LaneKernel()));
    if (hasVectorModule()) {
      kernels.add(new VectorKernel(new LaneKernel()));
      kernels.add(new WarmingKernel());
    }
    return kernels;
  }

  /// The JIT compiler rewrites these loops beyond recognition, so its work is what must be tested.
  @BeforeAll
  static void compile() throws InterruptedException {
    ByteBuffer bytes = input(true).limit(512 * Compression.CHUNK_BYTES);
    int[] expected = new int[512 * Compression.CHAIN_WORDS];
    new ScalarKernel().chunks(bytes, 512, 0, Compression.iv(), 0, expected, 0);
    Kernel kernel = hasVectorModule() ? new WarmingKernel() : new LaneKernel();
    int[] actual = new int[expected.length];
    long end = System.nanoTime() + 30_000_000_000L;
    while (System.nanoTime() < end
        && !(hasVectorModule()
            ? WarmingKernel.isDecided()
            : LaneKernel.awaitCompiled(Duration.ZERO))) {
      kernel.chunks(bytes.flip(), 512, 0, Compression.iv(), 0, actual, 0);
      assertArrayEquals(expected, actual);
    }
    kernel.chunks(bytes.flip(), 512, 0, Compression.iv(), 0, actual, 0);
    assertArrayEquals(expected, actual);
  }

  private static ByteBuffer input(boolean direct) {
    return direct
        ? ByteBuffer.allocateDirect(INPUT.length).put(INPUT).flip()
        : ByteBuffer.wrap(INPUT);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100, 511, 512, 513, 529, 1024, 1025, CHUNKS
      })
  void chunksAreThoseOfTheScalarKernel(int count) {
    int[] key = Compression.iv();
    // The number of a chunk has 64 bits; here it passes 2^32 on the way.
    long counter = (1L << 32) - 300;
    int[] expected = new int[(count + 1) * Compression.CHAIN_WORDS];
    new ScalarKernel().chunks(input(false), count, counter, key, 16, expected, 8);
    for (Kernel kernel : fastKernels()) {
      for (boolean direct : new boolean[] {false, true}) {
        ByteBuffer bytes = input(direct);
        int[] actual = new int[expected.length];
        kernel.chunks(bytes, count, counter, key, 16, actual, 8);
        assertArrayEquals(expected, actual, kernel.getClass() + " of " + count);
        assertEquals(count * Compression.CHUNK_BYTES, bytes.position());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 15, 16, 17, 511, 512, 513, 1500})
  void parentsAreThoseOfTheScalarKernel(int count) {
    int[] chains = new int[CHUNKS * Compression.CHAIN_WORDS];
    new ScalarKernel().chunks(input(false), CHUNKS, 0, Compression.iv(), 0, chains, 0);
    int[] expected = chains.clone();
    new ScalarKernel().parents(expected, count, Compression.iv(), 32);
    for (Kernel kernel : fastKernels()) {
      int[] actual = chains.clone();
      kernel.parents(actual, count, Compression.iv(), 32);
      assertArrayEquals(expected, actual, kernel.getClass() + " of " + count);
    }
  }

  @Test
  void readsFromTheMiddleOfABuffer() {
    int[] expected = new int[20 * Compression.CHAIN_WORDS];
    new ScalarKernel().chunks(input(false).position(77), 20, 3, Compression.iv(), 0, expected, 0);
    for (Kernel kernel : fastKernels()) {
      int[] actual = new int[expected.length];
      kernel.chunks(input(true).position(77), 20, 3, Compression.iv(), 0, actual, 0);
      assertArrayEquals(expected, actual, kernel.getClass().toString());
    }
  }

  @Test
  void engineSaysWhatItChose() {
    HashEngine engine = HashEngine.detect();
    assertEquals(Runtime.getRuntime().availableProcessors(), engine.threads());
    HashEngine scalar = engine.withKernel(HashEngine.KernelKind.SCALAR).withThreads(3);
    assertEquals(new HashEngine(HashEngine.KernelKind.SCALAR, 3), scalar);
    assertEquals(1, scalar.lanes());
    if (engine.kernel() == HashEngine.KernelKind.VECTOR) {
      assertTrue(engine.lanes() >= 8, engine.toString());
    }
  }
}
