/// What two files have in common, and what not.
@org.jspecify.annotations.NullMarked
package dev.computepool.gguf.diff;
