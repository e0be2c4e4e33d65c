/// Running models to learn about them: how fast they are, how well they predict a text, and which
/// of their weights matter.
package dev.computepool.llama.measure;
