/// Hugging Face's tokenizers, as models bring them along in `tokenizer.json`.
package dev.computepool.tokenizer;
