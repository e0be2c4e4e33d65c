package dev.computepool.publish.modelfile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonWithinTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "a {\"x\": 1, \"y\": [2, 3]} b | a {\"y\":[2,3],\"x\":1.0} b | true",
        "\"<b>\" | \"\\u003cb\\u003e\" | true",
        "{\"x\": {\"b\": null, \"a\": true}} | {\"x\":{\"a\":true,\"b\":null}} | true",
        "[{\"x\": 1}] [{\"x\": 2}] | [{\"x\":1}] [{\"x\":2}] | true",
        "{\"x\": 1} | {\"x\": 2} | false",
        "{\"x\": [1, 2]} | {\"x\": [2, 1]} | false",
        "{\"x\": 1} | {\"x\": \"1\"} | false",
        "{\"x\": 1} | {\"x\": 1, \"y\": 2} | false",
        "{\"x\": 1, \"x\": 2} | {\"x\": 2} | false",
        "{\"x\": 1} a | {\"x\":1}  a | false",
        "{\"x\": 1} | {\"x\":1} a | false",
        "{x: 1} | {x:1} | false",
        "{\"x\": 1 | {\"x\":1 | false",
        "say \"a b\" | say \"ab\" | false",
        "{{\"x\": 1}} | {{\"x\":1}} | true",
      })
  void onlyTheSpellingOfJsonMayDiffer(String one, String other, boolean alike) {
    assertEquals(alike, JsonWithin.isAlike(one, other));
    assertEquals(alike, JsonWithin.isAlike(other, one));
  }
}
