package dev.computepool.convert.vocab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cuts as the tokenizers library 0.23 made them of the same components.
class SplitterTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Removed            | a  b--c | a;b;c",
        "Isolated           | a--b-   | a;-;-;b;-",
        "Contiguous         | a--b-   | a;--;b;-",
        "MergedWithPrevious | -a--b-  | -;a-;-;b-",
        "MergedWithNext     | -a--b-  | -a;-;-b;-",
      })
  void splitsByBehavior(String behavior, String text, String words)
      throws UnknownComponentException, JsonProcessingException {
    String pattern = behavior.equals("Removed") ? "[- ]" : "-";
    assertEquals(
        List.of(words.split(";", -1)),
        words(
            text,
            "{'type':'Split','pattern':{'Regex':'%s'},'behavior':'%s','invert':false}"
                .formatted(pattern, behavior)));
  }

  @Test
  void invertsADelimiter() throws UnknownComponentException, JsonProcessingException {
    assertEquals(
        List.of("12", "3"),
        words(
            "a12b3",
            "{'type':'Split','pattern':{'Regex':'[0-9]+'},'behavior':'Removed','invert':true}"));
  }

  @Test
  void splitsWhereAPatternMatchesNothingAtAll()
      throws UnknownComponentException, JsonProcessingException {
    assertEquals(
        List.of("1", "234", "567"),
        words(
            "1234567",
            "{'type':'Split','pattern':{'Regex':'(?=(\\\\d{3})+(?!\\\\d))'},"
                + "'behavior':'Isolated','invert':false}"));
  }

  @Test
  void putsABlankBeforeWhatHasNone() throws UnknownComponentException, JsonProcessingException {
    assertEquals(
        List.of(" Hello", " world"),
        words("Hello world", "{'type':'ByteLevel','add_prefix_space':true}"));
  }

  @Test
  void cutsDigitsAndPunctuation() throws UnknownComponentException, JsonProcessingException {
    assertEquals(
        List.of("a", "1", "²", "b"), words("a1²b", "{'type':'Digits','individual_digits':true}"));
    assertEquals(
        List.of("a", "12", "b"), words("a12b", "{'type':'Digits','individual_digits':false}"));
    assertEquals(
        List.of("a", "?!", "b"), words("a?!b", "{'type':'Punctuation','behavior':'Contiguous'}"));
    assertEquals(
        List.of("don", "'", "t", "stop"), words("don't stop", "{'type':'BertPreTokenizer'}"));
    assertEquals(List.of("don", "'", "t"), words(" don't ", "{'type':'Whitespace'}"));
  }

  @Test
  void marksBlanksAsSentencePieceDoes() throws UnknownComponentException, JsonProcessingException {
    assertEquals(
        List.of("▁Hey", "▁my", "▁friend"),
        words("Hey my friend", "{'type':'Metaspace','replacement':'▁','prepend_scheme':'always'}"));
    assertEquals(
        List.of("Hey▁you"),
        words(
            "Hey you",
            "{'type':'Metaspace','replacement':'▁','prepend_scheme':'never','split':false}"));
  }

  private static List<String> words(String text, String preTokenizer)
      throws UnknownComponentException, JsonProcessingException {
    return Splitter.of(
            MissingNode.getInstance(), Json.MAPPER.readTree(preTokenizer.replace('\'', '"')))
        .words(text);
  }
}
