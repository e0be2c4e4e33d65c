/// Decides which tensors and layers go into which shard, as SwarmLLM nodes decide it, from the
/// header of a model alone. {@link dev.computepool.sharding.plan.ShardPlanner} is the door; nothing
/// here touches a disk.
package dev.computepool.sharding.plan;
