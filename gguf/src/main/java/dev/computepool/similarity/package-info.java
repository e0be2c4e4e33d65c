/// Which texts say the same: copies by hash, near copies by MinHash.
package dev.computepool.similarity;
