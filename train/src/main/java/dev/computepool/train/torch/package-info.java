/// The one room that sees DJL's engine: libtorch found and started, tensors over files and
/// buffers, and scripts that Java writes and libtorch runs.
package dev.computepool.train.torch;
