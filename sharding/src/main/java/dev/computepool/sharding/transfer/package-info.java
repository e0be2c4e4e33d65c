/// Fetching and serving shards over HTTP ranges. Not built yet.
package dev.computepool.sharding.transfer;
