/// Tokenizers of Hugging Face directories, as the `tokenizer.*` metadata of a GGUF file.
///
/// {@link dev.computepool.convert.vocab.Vocabulary} is the door.
@NullMarked
package dev.computepool.convert.vocab;

import org.jspecify.annotations.NullMarked;
