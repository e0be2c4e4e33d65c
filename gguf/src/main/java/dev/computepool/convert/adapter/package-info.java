/// LoRA adapters as PEFT saves them: converted to GGUF beside their model, or merged into it.
package dev.computepool.convert.adapter;
