/// `cp gguf`: look into GGUF files, split and merge them as llama.cpp does, make samples.
package dev.computepool.cli.command.gguf;
