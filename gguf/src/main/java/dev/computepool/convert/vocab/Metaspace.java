package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;

/// What old and new files call the blank that SentencePiece puts before a text.
final class Metaspace {
  private Metaspace() {}

  /// Whether one is put before the text, at least before its first word.
  static boolean prepends(JsonNode metaspace) {
    return metaspace.has("prepend_scheme")
        ? !metaspace.path("prepend_scheme").asText().equals("never")
        : metaspace.path("add_prefix_space").asBoolean(true);
  }
}
