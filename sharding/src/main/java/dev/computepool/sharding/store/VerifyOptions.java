package dev.computepool.sharding.store;

import dev.computepool.base.ByteRange;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a user wants verified, and how strictly.
///
/// @param shards indices of the shards to look at, or null for all
/// @param range bytes of the model file to look at alone, or null for all
/// @param deep also reads the header and holds everything against it, and proves the recorded
///     SHA-256
/// @param quarantine renames shards and sidecars that are not what they must be
/// @param repair writes hash trees and sidecars anew that are lost or damaged, out of shards that
///     are what they must be
/// @param allowUnverified a file whose digest nobody knows is good enough
public record VerifyOptions(
    @Nullable Set<Integer> shards,
    @Nullable ByteRange range,
    boolean deep,
    boolean quarantine,
    boolean repair,
    boolean allowUnverified) {
  /// Everything, once, strictly.
  public static final VerifyOptions ALL = new VerifyOptions(null, null, false, false, false, false);

  public VerifyOptions {
    if (shards != null) {
      shards = Set.copyOf(shards);
    }
    if (shards != null && range != null) {
      throw new IllegalArgumentException("shards and a range cannot be selected both");
    }
    if (deep && (shards != null || range != null)) {
      throw new IllegalArgumentException("a deep verification looks at everything");
    }
  }

  public VerifyOptions withShards(Set<Integer> wanted) {
    return new VerifyOptions(wanted, range, deep, quarantine, repair, allowUnverified);
  }

  public VerifyOptions withRange(ByteRange wanted) {
    return new VerifyOptions(shards, wanted, deep, quarantine, repair, allowUnverified);
  }

  public VerifyOptions withDeep(boolean wanted) {
    return new VerifyOptions(shards, range, wanted, quarantine, repair, allowUnverified);
  }

  public VerifyOptions withQuarantine(boolean wanted) {
    return new VerifyOptions(shards, range, deep, wanted, repair, allowUnverified);
  }

  public VerifyOptions withRepair(boolean wanted) {
    return new VerifyOptions(shards, range, deep, quarantine, wanted, allowUnverified);
  }

  public VerifyOptions withAllowUnverified(boolean wanted) {
    return new VerifyOptions(shards, range, deep, quarantine, repair, wanted);
  }
}
