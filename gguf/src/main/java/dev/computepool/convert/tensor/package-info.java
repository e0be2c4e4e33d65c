/// Tensors as they are on their way from one file to another: what is stored, in which order its
/// rows go, what is added to it, and how its numbers are written.
///
/// Nothing is computed before it is written, and then a chunk at a time.
package dev.computepool.convert.tensor;
