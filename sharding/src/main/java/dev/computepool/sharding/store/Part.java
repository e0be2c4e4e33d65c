package dev.computepool.sharding.store;

import dev.computepool.hash.Digest;
import java.nio.file.Path;

/// Some bytes of the model, where they are stored, and where they belong.
///
/// @param name of the file in the directory that holds them, or would if it were not linked
/// @param file that holds them
/// @param stored where they lie in it
/// @param fileBytes how large that file must be
/// @param original where they lie in the model file
/// @param digest BLAKE3 of the bytes in order; zero if unknown
record Part(
    String name, Path file, Placement stored, long fileBytes, Placement original, Digest digest) {
  HashingPipeline.Port source() {
    return new HashingPipeline.Port(file, stored);
  }
}
