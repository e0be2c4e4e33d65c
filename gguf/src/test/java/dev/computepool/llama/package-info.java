/// llama.cpp with a model that is made here, and libraries that are not what they should be.
package dev.computepool.llama;
