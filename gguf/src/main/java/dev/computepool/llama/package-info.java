/// llama.cpp as a library: found, loaded and called through the foreign function interface. The
/// only room that does so.
///
/// A native library can end the whole process, so users' work runs it in a child process
/// ({@link dev.computepool.llama.worker}); what is here is called in that child, and in tests.
///
/// @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/include/llama.h">llama.h</a>
package dev.computepool.llama;
