/// The split sets of llama.cpp: a model in parts `NAME-00001-of-0000N.gguf`, each of them GGUF.
///
/// The first part has all metadata of the model. Every part has three keys more: `split.no` (from
/// 0) and `split.count`, both `uint16`, and `split.tensors.count`, the tensors of all parts, as
/// `int32`.
///
/// What is split here and merged here is the original, bit for bit, under conditions that
/// {@link SplitPlan#lost()} checks: the tensors follow each other in the order of the header
/// without gaps, as ggml demands; the header is padded with zeros; and the file has no `split.*`
/// keys of its own, as llama.cpp's own merge leaves them. For such files the parts are also those
/// that llama.cpp's own tool writes, bit for bit, as long as the file has version 3, an alignment
/// of 32, tensors, and padding after the last of them, no strings with NUL in them, and no shape
/// with a trailing 1.
package dev.computepool.gguf.split;
