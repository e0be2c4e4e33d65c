package dev.computepool.publish.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrontMatterTest {
  private static List<String> problems(String block) throws FormatException {
    return FrontMatter.read("README.md", "---\n" + block + "\n---\n").problems().stream()
        .map(Problem::toString)
        .toList();
  }

  @Test
  void keysAndTextComeBackAsTheyWere() throws FormatException {
    String card =
        """
        ---
        license: apache-2.0
        language:
          - en
          - "no"
        extra_gated_prompt: "yes: please"
        widget:
          - text: Hello
        version: "1.0"
        ---

        # Title

        ---
        not a block
        """;
    FrontMatter read = FrontMatter.read("README.md", card);
    assertEquals(card, read.text());
    assertEquals(read.keys(), FrontMatter.read("README.md", read.text()).keys());
    assertEquals("no", read.keys().at("/language/1").textValue());
  }

  @Test
  void aTextWithoutABlockGetsOne() throws FormatException {
    assertEquals("---\n---\n# Title\n", FrontMatter.read("README.md", "# Title\n").text());
    assertEquals("---\n---\ntext", FrontMatter.read("README.md", "---\r\n---\r\ntext").text());
  }

  @Test
  void whatTheHubWouldRefuseIsToldAtOnce() throws FormatException {
    assertEquals(
        List.of(
            "license: has 'Apache 2.0', not an id such as apache-2.0",
            "base_model: has '/home/me/base', no id of the Hub such as org/name",
            "datasets: has null, which is no text",
            "datasets: has '../data.jsonl', no id of the Hub such as org/name",
            "language: has false, which is no text; in quotes it is a text",
            "pipeline_tag: is a list, and can be one value only",
            "tags: has 1, which is no text",
            "base_model_relation: is 'child', none of finetune, quantized, adapter, merge"),
        problems(
            """
            license: Apache 2.0
            base_model: /home/me/base
            base_model_relation: child
            datasets: [null, ../data.jsonl]
            language: false
            pipeline_tag: [text-generation]
            tags: [1, good]\
            """));
    assertEquals(
        List.of(),
        problems(
            """
            license: other
            license_name: mine
            base_model: [Qwen/Qwen2.5-0.5B, gpt2]
            base_model_relation: merge
            datasets: squad
            language: [en, pt-BR]
            pipeline_tag: text-generation
            anything: {else: 1}\
            """));
  }

  @Test
  void aBlockThatIsNoneIsNamedWithItsLine() {
    assertEquals(
        "README.md at line 1: begins a block with --- that no line --- ends", told("---\na: b\n"));
    assertEquals("README.md at line 2: is no mapping of keys to values", told("---\n- a\n---\n"));
    assertEquals(
        "README.md at byte 0: is a byte order mark, before which no block is seen",
        told("\ufeff---\n---\n"));
    assertEquals(
        "README.md at line 3, column 5: not YAML: a colon where none can be; a value with ': ' in"
            + " it stands in quotes",
        told("---\na: b\nc: d: e\n---\n"));
  }

  private static String told(String text) {
    return String.valueOf(
        assertThrows(FormatException.class, () -> FrontMatter.read("README.md", text))
            .getMessage());
  }
}
