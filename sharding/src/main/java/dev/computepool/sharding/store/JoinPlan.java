package dev.computepool.sharding.store;

import java.nio.file.Path;
import java.util.List;

/// What {@link ShardJoiner#join} is going to do.
///
/// @param directory whose shards are all here
/// @param target the model file that will appear
/// @param replace takes the place of an existing file
/// @param bytes of the model file
/// @param notes what cannot be proved
public record JoinPlan(
    ShardDirectory directory, Path target, boolean replace, long bytes, List<String> notes) {
  public JoinPlan {
    notes = List.copyOf(notes);
  }
}
