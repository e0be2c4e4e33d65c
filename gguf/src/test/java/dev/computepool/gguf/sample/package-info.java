/// Samples: the same every time, of the size that was asked for, and readable.
package dev.computepool.gguf.sample;
