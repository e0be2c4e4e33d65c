package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/// A token that a tokenizer finds in the text before its model sees it.
///
/// @param normalized whether it is looked for in the normalized text
/// @param special whether it is one of control, such as an end of text
record AddedToken(
    String content,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized,
    boolean special) {
  /// A token of which only the text is known, and that it is special.
  static AddedToken special(String content) {
    return new AddedToken(content, false, false, false, false, true);
  }

  /// A token as JSON describes it: its text, or an object.
  static Optional<AddedToken> of(JsonNode node) {
    if (node.isTextual()) {
      return Optional.of(special(node.textValue()));
    }
    if (!node.path("content").isTextual()) {
      return Optional.empty();
    }
    boolean special = node.path("special").asBoolean(false);
    return Optional.of(
        new AddedToken(
            node.path("content").textValue(),
            node.path("single_word").asBoolean(false),
            node.path("lstrip").asBoolean(false),
            node.path("rstrip").asBoolean(false),
            node.path("normalized").asBoolean(!special),
            special));
  }

  /// The same, and special.
  AddedToken asSpecial() {
    return special ? this : new AddedToken(content, singleWord, lstrip, rstrip, normalized, true);
  }
}
