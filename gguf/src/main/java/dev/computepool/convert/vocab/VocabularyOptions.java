package dev.computepool.convert.vocab;

import java.util.Optional;
import java.util.OptionalInt;

/// What a family and a user know of a vocabulary that its files do not say.
///
/// @param size number of tokens that the model has room for (`vocab_size` of its configuration, or
///     the family's default); ids without a token are filled, and more tokens are wrong. If empty,
///     the tokenizer's own number
/// @param segments number of segments that a token can be in (`type_vocab_size`), for BERT's heirs
/// @param preTokenizer the name to write for the pre-tokenizer, whatever the tokenizer looks like
public record VocabularyOptions(
    OptionalInt size, OptionalInt segments, Optional<String> preTokenizer) {
  /// Nothing is known.
  public static final VocabularyOptions NONE =
      new VocabularyOptions(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

  /// @throws IllegalArgumentException if llama.cpp has no pre-tokenizer of that name
  public VocabularyOptions {
    preTokenizer.ifPresent(
        name -> {
          if (!PreTokenizers.names().contains(name)) {
            throw new IllegalArgumentException(
                "pre-tokenizer %s is none of %s"
                    .formatted(name, String.join(", ", PreTokenizers.names())));
          }
        });
  }

  /// The same with a number of tokens.
  public VocabularyOptions withSize(int size) {
    return new VocabularyOptions(OptionalInt.of(size), segments, preTokenizer);
  }

  /// The same with a number of segments.
  public VocabularyOptions withSegments(int segments) {
    return new VocabularyOptions(size, OptionalInt.of(segments), preTokenizer);
  }

  /// The same with a name for the pre-tokenizer.
  ///
  /// @throws IllegalArgumentException if llama.cpp has no pre-tokenizer of that name
  public VocabularyOptions withPreTokenizer(String name) {
    return new VocabularyOptions(size, segments, Optional.of(name));
  }
}
