package dev.computepool.publish.modelfile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharArrayReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/// JSON that stands within a text.
///
/// @param start where it begins, in characters
/// @param end where it ends
record JsonWithin(JsonNode value, int start, int end) {
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build()
          .reader();

  /// The first value in a text that says the same as another.
  static Optional<JsonWithin> find(JsonNode wanted, String text, int from) {
    char[] characters = text.toCharArray();
    for (int at = from; at < characters.length; at++) {
      Optional<JsonWithin> found = at(characters, at);
      if (found.isPresent() && isSame(found.get().value, wanted)) {
        return found;
      }
    }
    return Optional.empty();
  }

  /// Whether two texts say the same, each with a spelling of its own where there is JSON: its white
  /// space, the order of its keys, its escapes. All else is the same to the character.
  static boolean isAlike(String one, String other) {
    char[] a = one.toCharArray();
    char[] b = other.toCharArray();
    int i = 0;
    int j = 0;
    while (i < a.length && j < b.length && a[i] == b[j]) {
      Optional<JsonWithin> left = at(a, i);
      Optional<JsonWithin> right = left.isEmpty() ? left : at(b, j);
      boolean same =
          left.isPresent() && right.isPresent() && isSame(left.get().value, right.get().value);
      i = same ? left.get().end : i + 1;
      j = same ? right.get().end : j + 1;
    }
    return i == a.length && j == b.length;
  }

  /// The object, list or string that begins at a place, if one does.
  private static Optional<JsonWithin> at(char[] text, int start) {
    if ("{[\"".indexOf(text[start]) < 0) {
      return Optional.empty();
    }
    CharArrayReader rest = new CharArrayReader(text, start, text.length - start);
    try (JsonParser parser = READER.createParser(rest)) {
      JsonNode value = READER.readTree(parser);
      int length = Math.toIntExact(parser.currentLocation().getCharOffset());
      return Optional.of(new JsonWithin(value, start, start + length));
    } catch (JsonProcessingException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("characters in memory", e);
    }
  }

  /// Whether two values say the same; 1 is 1.0.
  private static boolean isSame(JsonNode a, JsonNode b) {
    return a.equals(JsonWithin::order, b);
  }

  private static int order(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue());
    }
    return a.equals(b) ? 0 : 1;
  }
}
