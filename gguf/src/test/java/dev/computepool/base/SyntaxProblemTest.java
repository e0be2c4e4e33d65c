package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// By the parser itself, whose sentences change with its versions.
class SyntaxProblemTest {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build()
          .reader();

  private static String json(byte[] text) {
    return SyntaxProblem.json(assertThrows(IOException.class, () -> JSON.readTree(text)))
        .toString();
  }

  /// `~` is a line break.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1,~ } | line 2, column 2: '}' where a key in double quotes is expected",
        "{a: 1} | line 1, column 2: 'a' where a key in double quotes is expected",
        "{\"a\" 1} | line 1, column 6: '1' where the colon after a key is expected",
        "{\"a\": 1 \"b\": 2} | line 1, column 9: '\"' where a comma or } is expected",
        "[1 2] | line 1, column 4: '2' where a comma or ] is expected",
        "[1,] | line 1, column 4: ']' where a value is expected",
        "[1,,2] | line 1, column 4: ',' where a value is expected",
        "{\"a\": 'b'} | line 1, column 7: ''' where a value is expected",
        "{\"a\": // no~1} | line 1, column 7: '/' where a value is expected; JSON has no comments",
        "{\"a\": True} | line 1, column 12: 'True' is no value; texts stand in double quotes",
        "{\"a\": NaN} | line 1, column 10: 'NaN' is no number of JSON",
        "[1} | line 1, column 3: '}' where ']' is expected",
        "{\"a\": \"x~y\"} | line 1, column 9: character U+000A stands bare in a text",
        "[01] | line 1, column 3: a number begins with a zero too many",
        "[1.x] | line 1, column 4: 'x' in the middle of a number",
        "[\"\\q\"] | line 1, column 4: a backslash before 'q'",
        "[\"\\u12x4\"] | line 1, column 7: 'x' where \\u is followed by four hexadecimal digits",
        "{\"a\": 1, \"a\": 2} | line 1, column 13: the key 'a' is repeated",
        "{\"a\": 1} {} | line 1, column 10: something follows the end of the value",
        "{\"a\": [1 | line 1, column 9: the text ends in the middle",
        "{\"a\": \"x | line 1, column 9: the text ends in the middle",
      })
  void whatIsWrongWithJsonIsToldInOurWords(String text, String told) {
    byte[] bytes = text.replace('~', '\n').getBytes(StandardCharsets.UTF_8);
    assertEquals(told.replaceFirst(": ", ": not JSON: "), json(bytes));
  }

  @Test
  void bytesThatAreNoText() {
    assertEquals("line 1, column 4: not JSON: the text is not UTF-8", json(bytes("5b22ff225d")));
    // Zeros in front of its first character make the parser believe in UTF-32.
    assertEquals("not JSON: the text is not UTF-8", json(bytes("0000005bffffffff")));
    assertEquals(
        "line 1, column 3: not JSON: character U+0001 has no place in JSON", json(bytes("5b015d")));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void limitsAreToldAsTheyAre() {
    assertEquals(
        "not JSON: document nesting depth 1001 exceeds the limit of 1000",
        json("[".repeat(2000).getBytes(StandardCharsets.UTF_8)).replaceFirst("^line .*?: ", ""));
  }
}
