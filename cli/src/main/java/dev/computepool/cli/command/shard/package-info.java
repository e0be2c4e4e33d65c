/// `cp shard`: split a model into verified shards, look at them, join them again.
package dev.computepool.cli.command.shard;
