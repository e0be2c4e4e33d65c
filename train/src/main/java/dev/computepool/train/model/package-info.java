/// Causal language models as they are trained.
package dev.computepool.train.model;
