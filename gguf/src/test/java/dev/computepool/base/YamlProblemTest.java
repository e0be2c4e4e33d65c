package dev.computepool.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlProblemTest {
  private static YamlProblem problem(String text) {
    return YamlProblem.of(
        assertThrows(
            JsonProcessingException.class,
            () -> new YAMLMapper().readerFor(Object.class).readValues(text).readAll()),
        text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "a: b: c | 1 | 5 | a colon where none can be; a value with ': ' in it stands in quotes",
        "a:~\tb: 1 | 2 | 1 | the line begins with a tab; YAML is indented with spaces",
        "a: [1 | 1 | 6 | ',' or ']' is expected",
        "a: {b: 1 | 1 | 9 | ',' or '}' is expected",
        "{a: 1}~{a: 2} | 2 | 1 | something follows the end of the value",
        "a: 1~b~c: 2 | 3 | 1 | a key that no colon follows",
        "a: 'b | 1 | 6 | the text ends in the middle",
        "a: 1~- b | 2 | 1 | the line does not go on with what the lines before it began",
        "a: @b | 1 | 4 | @ cannot begin a value; one that does stands in quotes",
        "a: `b | 1 | 4 | ` cannot begin a value; one that does stands in quotes",
        "a: 1~b: x\u0001y | 2 | 5 | character U+0001 has no place in YAML",
      })
  void isTold(String text, int line, int column, String what) {
    assertEquals(new YamlProblem(line, column, what), problem(text.replace('~', '\n')));
  }

  @Test
  void isFoundInTheFile() {
    assertEquals(
        "line 5, column 5: not YAML: a colon where none can be; a value with ': ' in it stands in"
            + " quotes",
        problem("a: b: c").after(4).toString());
  }
}
