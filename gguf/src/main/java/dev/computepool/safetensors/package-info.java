/// safetensors: a mapped reader of one file or of an indexed set, and a streaming writer.
///
/// @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
package dev.computepool.safetensors;
