/// What a conversion starts from: a Hugging Face directory as it is on disk, and its problems.
///
/// `.vocab` makes the `tokenizer.*` keys of it, `.family` names and shapes its tensors, and
/// `.model` and `.adapter` write the files.
package dev.computepool.convert;
