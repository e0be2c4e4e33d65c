/// Shard directories on disk: split a model into one, look into it, prove it, join it again.
///
/// The doors are {@link dev.computepool.sharding.store.ShardSplitter},
/// {@link dev.computepool.sharding.store.ShardDirectory},
/// {@link dev.computepool.sharding.store.ShardVerifier},
/// {@link dev.computepool.sharding.store.ShardJoiner} and, for whoever wants to read the model as
/// if it had never been split, {@link dev.computepool.sharding.store.ShardView}.
package dev.computepool.sharding.store;
