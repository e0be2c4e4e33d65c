package dev.computepool.convert.vocab;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// The vocabulary of a Hugging Face directory as a GGUF file holds it.
///
/// Keys, values and their order are those of llama.cpp's own converter.
///
/// @param metadata the `tokenizer.*` keys, in the order in which they are to be written. A key that
///     the file already has is to keep its place there and to get this value
public record Vocabulary(SequencedMap<String, MetadataValue> metadata) {
  /// Reads the tokenizer of a directory.
  ///
  /// @throws FormatException with all that is wrong with it
  public static Vocabulary read(Path directory, VocabularyKind kind, VocabularyOptions options)
      throws IOException {
    Findings findings = new Findings();
    TokenizerFiles files = TokenizerFiles.read(directory, findings);
    Entries entries = findings.isEmpty() ? new VocabularyReader(files, options).read(kind) : null;
    findings.throwIfAny(directory);
    if (entries == null) {
      throw new IllegalStateException("no vocabulary and no reason");
    }
    return new Vocabulary(entries.map());
  }

  /// The tokens of a directory with their ids, those of its model and the added ones.
  ///
  /// @throws FormatException with all that is wrong with its tokenizer
  public static Map<String, Integer> ids(Path directory) throws IOException {
    Findings findings = new Findings();
    Optional<HuggingFaceTokens> tokens =
        HuggingFaceTokens.read(TokenizerFiles.read(directory, findings));
    findings.throwIfAny(directory);
    return tokens.map(HuggingFaceTokens::ids).orElse(Map.of());
  }

  /// Number of tokens, those that only fill ids included.
  public int size() {
    return metadata.get("tokenizer.ggml.tokens") instanceof MetadataArray tokens
        ? tokens.length()
        : 0;
  }

  /// Whether there is one token for every row of the embedding.
  ///
  /// @return what is wrong, if they do not fit
  public Optional<Problem> misfit(String tensor, long rows) {
    return rows == size()
        ? Optional.empty()
        : Optional.of(
            new Problem(
                "tensor " + tensor,
                "has %d rows, expected %d, one for every token".formatted(rows, size())));
  }
}
