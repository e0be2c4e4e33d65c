/// Models with something wrong in them, and what is found.
package dev.computepool.gguf.check;
