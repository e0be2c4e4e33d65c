/// What is to be published, as it lies on disk: a run, an adapter, a model directory, a GGUF file;
/// and which of its files are for others to see.
package dev.computepool.publish.source;
