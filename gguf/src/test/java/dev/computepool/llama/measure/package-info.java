/// Measuring a model that knows nothing.
package dev.computepool.llama.measure;
