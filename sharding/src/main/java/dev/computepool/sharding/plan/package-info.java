/// Decides which tensors and layers go into which shard.
package dev.computepool.sharding.plan;
