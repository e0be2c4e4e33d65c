/// What this machine does with libtorch: products of matrices, memory, and steps of training.
package dev.computepool.bench.torch;
