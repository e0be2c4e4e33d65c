/// BLAKE3 and SHA-256 of large files, and hash trees that prove any range of one alone.
package dev.computepool.hash;
