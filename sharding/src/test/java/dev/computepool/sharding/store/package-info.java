/// Directories of shards: written, read, damaged and put together again.
package dev.computepool.sharding.store;
