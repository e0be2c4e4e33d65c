/// Optimizer steps: gradients of micro-batches added up, clipped and applied, and what is kept
/// to go on.
package dev.computepool.train.step;
