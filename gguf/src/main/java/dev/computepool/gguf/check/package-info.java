/// What is wrong with a model beyond its format: values, vocabulary, missing parts.
@org.jspecify.annotations.NullMarked
package dev.computepool.gguf.check;
