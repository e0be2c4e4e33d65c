/// What can be known about a training run before it begins: what is wrong, and what it will take.
package dev.computepool.train.preflight;
