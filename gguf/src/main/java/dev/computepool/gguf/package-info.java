/// GGUF files: a mapped reader that believes no size before it is checked, a writer, and the split
/// sets of llama.cpp.
///
/// @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">GGUF specification</a>
package dev.computepool.gguf;
