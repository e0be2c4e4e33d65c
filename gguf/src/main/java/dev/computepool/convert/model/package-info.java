/// Converts a Hugging Face directory to a GGUF file: plans it whole, then writes it.
package dev.computepool.convert.model;
