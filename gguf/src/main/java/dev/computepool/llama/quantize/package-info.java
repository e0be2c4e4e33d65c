/// Quantizing models with llama.cpp: what becomes of each tensor, and the result under its name
/// only when it is complete.
package dev.computepool.llama.quantize;
