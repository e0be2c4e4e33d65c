package dev.computepool.sharding.plan;

import org.jspecify.annotations.Nullable;

/// What a user decides about a plan.
///
/// @param shardSize what a shard is to hold, in bytes, at least 1
/// @param id the model's id, or null for the one that its file's name gives
/// @param whole one shard that is the GGUF file itself
/// @param exactQuantization the manifest names the true quantization, at the price that nodes of
///     mid-2026 drop the model if they do not know the word
/// @param strict what a node would not load is an error
/// @param origin where on Hugging Face the file comes from, or null if it is not from there
public record PlanOptions(
    long shardSize,
    @Nullable ModelId id,
    boolean whole,
    boolean exactQuantization,
    boolean strict,
    @Nullable HfSource origin) {
  /// The size at which nodes cut every public model, 512 MiB.
  public static final long DEFAULT_SHARD_SIZE = 512L << 20;

  /// What nodes do themselves.
  public static final PlanOptions DEFAULT =
      new PlanOptions(DEFAULT_SHARD_SIZE, null, false, false, false, null);

  public PlanOptions {
    if (shardSize < 1) {
      throw new IllegalArgumentException("shard size must be at least 1 byte, not " + shardSize);
    }
  }

  public PlanOptions withShardSize(long bytes) {
    return new PlanOptions(bytes, id, whole, exactQuantization, strict, origin);
  }

  public PlanOptions withId(ModelId other) {
    return new PlanOptions(shardSize, other, whole, exactQuantization, strict, origin);
  }

  public PlanOptions withWhole(boolean wanted) {
    return new PlanOptions(shardSize, id, wanted, exactQuantization, strict, origin);
  }

  public PlanOptions withExactQuantization(boolean wanted) {
    return new PlanOptions(shardSize, id, whole, wanted, strict, origin);
  }

  public PlanOptions withStrict(boolean wanted) {
    return new PlanOptions(shardSize, id, whole, exactQuantization, wanted, origin);
  }

  public PlanOptions withOrigin(HfSource source) {
    return new PlanOptions(shardSize, id, whole, exactQuantization, strict, source);
  }
}
