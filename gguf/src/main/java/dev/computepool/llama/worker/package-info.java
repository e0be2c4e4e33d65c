/// llama.cpp in a process of its own: what ends that process is an error here and not our end,
/// and what cannot be interrupted can be stopped.
package dev.computepool.llama.worker;
