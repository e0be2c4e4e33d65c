/// Split sets as llama.cpp writes them, and as they come back together.
package dev.computepool.gguf.split;
