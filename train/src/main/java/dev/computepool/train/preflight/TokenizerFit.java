package dev.computepool.train.preflight;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.file.Path;

/// The largest id of a `tokenizer.json`, read without keeping anything of it.
final class TokenizerFit {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final JsonParser parser;
  private long largest = -1;

  private TokenizerFit(JsonParser parser) {
    this.parser = parser;
  }

  /// The largest id that the tokenizer gives; -1 if it has no words.
  ///
  /// @throws JsonProcessingException if it is no JSON
  static long largestId(Path file) throws IOException {
    try (JsonParser parser = FACTORY.createParser(file.toFile())) {
      TokenizerFit fit = new TokenizerFit(parser);
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        fit.root();
      }
      return fit.largest;
    }
  }

  private void root() throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("added_tokens") && value == JsonToken.START_ARRAY) {
        addedTokens();
      } else if (name.equals("model") && value == JsonToken.START_OBJECT) {
        model();
      } else {
        parser.skipChildren();
      }
    }
  }

  private void addedTokens() throws IOException {
    int depth = 1;
    while (depth > 0) {
      switch (parser.nextToken()) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case VALUE_NUMBER_INT -> {
          if (depth == 2 && "id".equals(parser.currentName())) {
            take(parser.getLongValue());
          }
        }
        case null -> depth = 0;
        default -> {
          // Texts and flags of the tokens.
        }
      }
    }
  }

  private void model() throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            take(parser.getLongValue());
          } else {
            parser.skipChildren();
          }
        }
      } else if (name.equals("vocab") && value == JsonToken.START_ARRAY) {
        long id = -1;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          parser.skipChildren();
          id++;
        }
        take(id);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void take(long id) {
    largest = Math.max(largest, id);
  }
}
