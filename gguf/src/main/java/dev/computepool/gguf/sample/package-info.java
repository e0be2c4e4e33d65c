/// Models with invented weights and real shape: every tensor and every key that llama.cpp demands
/// of an architecture, a small vocabulary that works, and as many bytes as wanted.
///
/// The same specification always gives the same bytes.
package dev.computepool.gguf.sample;
