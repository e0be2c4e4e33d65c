/// What every room stands on: progress and cancellation, files that appear whole or not at all,
/// sizes as people write them, and the families of errors that a caller can tell apart.
package dev.computepool.base;
