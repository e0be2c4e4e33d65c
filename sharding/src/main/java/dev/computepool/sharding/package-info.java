/// Shards of a GGUF model as SwarmLLM nodes load them.
package dev.computepool.sharding;
