/// Examples as a model sees them: tokens, what of them is learned, and batches of them.
package dev.computepool.train.batch;
