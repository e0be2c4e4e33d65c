package dev.computepool.hash;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Plain lanes until the vector kernel is compiled, then that.
///
/// Until C2 has compiled it, the Vector API runs a hundred times slower than plain Java, each
/// vector an object, and when that ends is the compiler's business. So no worker waits for it:
/// when the process has hashed enough for it to matter, one thread calls the vector kernel with
/// little input until it beats the lanes several times in a row, and only then do the workers
/// change over. If it never does, they never do.
final class WarmingKernel implements Kernel {
  // Below this, the compilation costs more than it can save.
  private static final long WORTHWHILE_CHUNKS = (512L << 20) / Compression.CHUNK_BYTES;
  private static final int WINS = 5;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private static final LongAdder HASHED = new LongAdder();
  private static final AtomicBoolean STARTED = new AtomicBoolean();
  private static volatile boolean ready;
  private static volatile boolean decided;

  private final Kernel lanes = new LaneKernel();
  private @Nullable Kernel vector;

  @Override
  public void chunks(
      ByteBuffer bytes, int count, long counter, int[] key, int flags, int[] out, int to) {
    fastest().chunks(bytes, count, counter, key, flags, out, to);
    if (vector == null && !STARTED.get()) {
      HASHED.add(count);
      if (HASHED.sum() > WORTHWHILE_CHUNKS && STARTED.compareAndSet(false, true)) {
        Thread.ofPlatform().daemon().name("blake3-warm-up").start(WarmingKernel::warmUp);
      }
    }
  }

  @Override
  public void parents(int[] chains, int count, int[] key, int flags) {
    fastest().parents(chains, count, key, flags);
  }

  /// Whether the warm-up of this process has ended, in favour of the vector kernel or not.
  static boolean isDecided() {
    return decided;
  }

  private Kernel fastest() {
    if (vector == null) {
      if (!ready) {
        return lanes;
      }
      vector = new VectorKernel(lanes);
    }
    return vector;
  }

  private static void warmUp() {
    long end = System.nanoTime() + PATIENCE_NANOS;
    Kernel lanes = new LaneKernel();
    Kernel vector = new VectorKernel(lanes);
    int[] chains = new int[LaneKernel.LANES * Compression.CHAIN_WORDS];
    ByteBuffer many = ByteBuffer.allocateDirect(LaneKernel.LANES * Compression.CHUNK_BYTES);
    double toBeat = Double.MAX_VALUE;
    for (int i = 0; i < WINS; i++) {
      toBeat = Math.min(toBeat, nanosPerChunk(lanes, many.clear(), chains));
    }
    ByteBuffer few = many.slice(0, VectorKernel.LANES * Compression.CHUNK_BYTES);
    int wins = 0;
    while (wins < WINS && System.nanoTime() < end) {
      wins = nanosPerChunk(vector, few.clear(), chains) < toBeat ? wins + 1 : 0;
    }
    ready = wins == WINS;
    decided = true;
  }

  private static double nanosPerChunk(Kernel kernel, ByteBuffer bytes, int[] chains) {
    int count = bytes.remaining() / Compression.CHUNK_BYTES;
    long start = System.nanoTime();
    kernel.chunks(bytes, count, 0, Compression.iv(), 0, chains, 0);
    return (double) (System.nanoTime() - start) / count;
  }
}
