/// Pairs of files that differ in one thing.
package dev.computepool.gguf.diff;
