/// Causal language models as they are trained: what a configuration says, the weights, and the
/// script that computes loss and gradients.
package dev.computepool.train.model;
