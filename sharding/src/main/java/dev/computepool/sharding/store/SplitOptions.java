package dev.computepool.sharding.store;

import dev.computepool.sharding.plan.PlanOptions;
import java.time.Instant;

/// What a user decides about splitting a file.
///
/// @param plan decides what the shards are
/// @param sha256 records the original's SHA-256 too, which costs more than all the rest
/// @param link leaves the shards in the original, and only describes them
/// @param replace takes the place of an existing directory
/// @param publishDate goes into the manifest, to the second
public record SplitOptions(
    PlanOptions plan, boolean sha256, boolean link, boolean replace, Instant publishDate) {
  public SplitOptions {
    // Whole seconds: the date in the manifest and the date in its hash are then written alike.
    publishDate = Instant.ofEpochSecond(publishDate.getEpochSecond());
  }

  /// A plain copy in shards, published at this moment.
  public static SplitOptions of(PlanOptions plan, Instant publishDate) {
    return new SplitOptions(plan, false, false, false, publishDate);
  }

  public SplitOptions withSha256(boolean wanted) {
    return new SplitOptions(plan, wanted, link, replace, publishDate);
  }

  public SplitOptions withLink(boolean wanted) {
    return new SplitOptions(plan, sha256, wanted, replace, publishDate);
  }

  public SplitOptions withReplace(boolean wanted) {
    return new SplitOptions(plan, sha256, link, wanted, publishDate);
  }
}
