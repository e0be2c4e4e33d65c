/// GGUF as it should be, as it should not be, and as other programs write it.
package dev.computepool.gguf;
