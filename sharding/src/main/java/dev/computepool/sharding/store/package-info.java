/// Shard directories on disk: the manifest, splitting, joining, verifying.
package dev.computepool.sharding.store;
