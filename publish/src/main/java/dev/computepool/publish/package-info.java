/// Hugging Face and Ollama as destinations of a finished model. Not built yet.
package dev.computepool.publish;
