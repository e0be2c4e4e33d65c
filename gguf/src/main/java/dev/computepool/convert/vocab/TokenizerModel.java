package dev.computepool.convert.vocab;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `model` of a `tokenizer.json`: its tokens, and how it merges them.
///
/// @param type `BPE`, `WordPiece`, `Unigram`, `WordLevel`, or empty where old files leave it out
/// @param ids tokens with their ids, in the order of the file
/// @param scores of a unigram model the logarithm of each token's probability, by id; else empty
/// @param merges of a BPE model pairs of tokens joined by a blank, the first to be merged first;
///     blanks in the tokens are written as `Ġ`
/// @param unknownToken text of the token for what is in no other, or null
/// @param unknownId of a unigram model the id of that token, or -1
record TokenizerModel(
    String type,
    Map<String, Integer> ids,
    List<Float> scores,
    List<String> merges,
    @Nullable String unknownToken,
    int unknownId,
    boolean byteFallback,
    boolean byteFallbackGiven,
    boolean ignoreMerges) {
  /// Number of tokens, without the added ones.
  int size() {
    return ids.size();
  }
}
