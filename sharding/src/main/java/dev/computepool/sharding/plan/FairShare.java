package dev.computepool.sharding.plan;

import dev.computepool.hash.Blake3;
import dev.computepool.hash.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Which shard a node fetches first, so that nodes that know nothing of each other begin in
/// different places.
///
/// @see <a href="https://github.com/enapt/SwarmLLM">SwarmLLM</a>
public final class FairShare {
  private FairShare() {}

  /// The one shard that is a node's seed: the first four bytes of `BLAKE3(node, model)` as a
  /// little-endian number, modulo the number of shards.
  ///
  /// @param node the node's public key
  /// @param totalShards of the model, at least 1
  public static int seedShard(Digest node, String modelId, int totalShards) {
    if (totalShards < 1) {
      throw new IllegalArgumentException("a model has no " + totalShards + " shards");
    }
    byte[] digest =
        Blake3.hasher()
            .update(node.bytes())
            .update(modelId.getBytes(StandardCharsets.UTF_8))
            .digest()
            .bytes();
    int first = ByteBuffer.wrap(digest).order(ByteOrder.LITTLE_ENDIAN).getInt();
    return Integer.remainderUnsigned(first, totalShards);
  }
}
