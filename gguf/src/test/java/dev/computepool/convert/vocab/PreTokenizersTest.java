package dev.computepool.convert.vocab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.computepool.convert.vocab.PreTokenizers.Facts;
import dev.computepool.convert.vocab.PreTokenizers.Name;
import dev.computepool.convert.vocab.PreTokenizers.Subject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreTokenizersTest {
  private static final PreTokenizers TABLE = PreTokenizers.table();
  private static final JsonNode NONE = MissingNode.getInstance();
  private static final Facts NOTHING =
      new Facts(
          Map.of(),
          List.of(),
          Map.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of());

  @Test
  void recognisesEveryNameByEachOfItsDefinitionsAndFacts() throws UnknownComponentException {
    for (Name name : TABLE.rows()) {
      for (String definition : name.definitions()) {
        for (Facts facts : name.facts()) {
          Subject subject = subject(definition, facts, "");
          assertEquals(name.name(), TABLE.recognise(subject), definition + " with " + facts);
        }
      }
    }
  }

  @Test
  void takesOneNameForAllThatCutAlikeWhereNoFactHolds() throws UnknownComponentException {
    for (Name name : TABLE.rows()) {
      if (!name.general().isEmpty()) {
        Subject subject = subject(name.definitions().getFirst(), NOTHING, name.general());
        assertEquals(name.name(), TABLE.recognise(subject), name.general());
      }
    }
  }

  @Test
  void everyRowCanBeReached() {
    for (Name name : TABLE.rows()) {
      assertTrue(!name.general().isEmpty() || !name.facts().isEmpty(), name.name());
    }
  }

  @Test
  void looksAtWhatAPatternDoesAndNotAtItsSpelling() throws UnknownComponentException {
    String regex =
        "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\\r"
            + "\\n"
            + "\\p{L}\\p{N}]?\\p{L}+|\\p{Nd}|\\p{Nl}|\\p{No}| ?[^\\s\\p{L}\\p{N}]+[\\r"
            + "\\n"
            + "]*|\\s*[\\r"
            + "\\n"
            + "]+|\\s+(?!\\S)|\\s+";
    JsonNode split =
        json(
            "{'type':'Sequence','pretokenizers':[{'type':'Split','pattern':{'Regex':'%s'},"
                + "'behavior':'Removed','invert':true},{'type':'ByteLevel','use_regex':false,"
                + "'add_prefix_space':false}]}",
            regex.replace("\\", "\\\\").replace("'", "\\u0027"));
    assertEquals("qwen2", TABLE.recognise(subject(NONE, split)));
  }

  @Test
  void tellsWhatItFoundAndTheTwoNearestIfItKnowsNone() {
    JsonNode split =
        json(
            "{'type':'Sequence','pretokenizers':[{'type':'Split','pattern':{'Regex':'%s'},"
                + "'behavior':'Isolated','invert':false},{'type':'ByteLevel','use_regex':false,"
                + "'add_prefix_space':false}]}",
            ("(?i:\\u0027s|\\u0027t|\\u0027re|\\u0027ve|\\u0027m|\\u0027ll|\\u0027d)"
                    + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,2}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+")
                .replace("\\", "\\\\")
                .replace("\\\\u0027", "\\u0027"));
    String what =
        assertThrows(UnknownComponentException.class, () -> TABLE.recognise(subject(NONE, split)))
            .what();
    assertTrue(
        what.startsWith("has a pre-tokenizer that llama.cpp does not know: {\"type\":"), what);
    assertTrue(what.contains("; nearest are "), what);
    assertTrue(what.matches("(?s).*nearest are .*(llama-bpe|qwen2).* and .*"), what);
    assertTrue(what.contains(" is cut into "), what);
  }

  @Test
  void namesAComponentThatItCannotFollow() {
    assertEquals(
        "pre_tokenizer UnicodeScripts",
        assertThrows(
                UnknownComponentException.class,
                () -> TABLE.recognise(subject(NONE, json("{'type':'UnicodeScripts'}"))))
            .what());
    assertEquals(
        "normalizer Backwards",
        assertThrows(
                UnknownComponentException.class,
                () -> TABLE.recognise(subject(json("{'type':'Backwards'}"), NONE)))
            .what());
  }

  @Test
  void givesUpOnAPatternThatDoesNotEnd() {
    JsonNode split =
        json(
            "{'type':'Split','pattern':{'Regex':'(( +)+)+z'},'behavior':'Isolated',"
                + "'invert':false}");
    String what =
        assertThrows(UnknownComponentException.class, () -> TABLE.recognise(subject(NONE, split)))
            .what();
    assertTrue(what.contains("which does not end on some texts"), what);
  }

  @Test
  void refusesANormalizationThatLlamaCppHasNot() {
    String what =
        assertThrows(
                UnknownComponentException.class,
                () ->
                    TABLE.recognise(
                        subject(
                            json("{'type':'NFKC'}"),
                            json("{'type':'ByteLevel','add_prefix_space':false}"))))
            .what();
    assertTrue(what.contains("after the normalization NFKC; nearest are gpt-2"), what);
  }

  @Test
  void knowsAllNamesOfLlamaCpp() {
    assertEquals(
        "a.x-4.0 afmoe bailingmoe bailingmoe2 bloom chameleon chatglm-bpe codeshell cohere2moe"
            + " command-r dbrx deepseek-coder deepseek-llm deepseek-r1-qwen deepseek-v3 default"
            + " exaone exaone-moe exaone4 f2llmv2 falcon falcon-h1 falcon3 gemma4 gigachat glm4"
            + " gpt-2 gpt-4o gpt3-finnish granite-docling granite-embed-multi-311m"
            + " granite-embed-multi-97m grok-2 hunyuan hunyuan-dense hy_v4 jais jais-2 jina-de"
            + " jina-es jina-v1-en jina-v2-code jina-v2-de jina-v2-es jina-v5-nano joyai-llm"
            + " kanana2 kimi-k2 kormo laguna lfm2 llada-moe llama-bpe llama-v3 llama3 llama4 megrez"
            + " mellum mellum2 midm-2.0 minerva-7b minicpm5 minimax-m2 modern-bert mpt olmo phi-2"
            + " pixtral poro-chat qwen2 qwen35 refact roberta-bpe sarvam-moe seed-coder smaug-bpe"
            + " smollm solar-open spark2_5 stablelm2 starcoder superbpe talkie tekken tiny_aya"
            + " trillion ufakzeka viking whitespace youtu",
        String.join(" ", PreTokenizers.names()));
  }

  /// A tokenizer of which all facts hold, and no others that we know of.
  private static Subject subject(String definition, Facts facts, String general) {
    JsonNode known = TABLE.definition(definition);
    Map<String, Integer> ids = new LinkedHashMap<>(facts.ids());
    facts.below().forEach((token, limit) -> ids.put(token, limit - 1));
    for (String token : facts.tokens()) {
      ids.putIfAbsent(token, 300_000 + ids.size());
    }
    int size = facts.size().isEmpty() ? 0 : facts.size().getLast();
    Map<String, Integer> model = new LinkedHashMap<>();
    for (int id = 0; id < size; id++) {
      model.put("token " + id, id);
    }
    boolean ignores = facts.ignoreMerges().orElse(false) || general.equals("ignore_merges");
    JsonNode post =
        facts.starts().orElse(true)
            ? json("{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'<s>'}}]}")
            : NONE;
    JsonNode normalizer = general.equals("nfc") ? json("{'type':'NFC'}") : known.path("normalizer");
    TokenizerModel of =
        new TokenizerModel("BPE", model, List.of(), List.of(), null, -1, false, true, ignores);
    return new Subject(
        new TokenizerJson(NONE, normalizer, known.path("pre_tokenizer"), post, NONE, of),
        ids,
        facts.modelTypes().isEmpty() ? "" : facts.modelTypes().getLast(),
        facts.classes().isEmpty() ? "" : facts.classes().getLast());
  }

  private static Subject subject(JsonNode normalizer, JsonNode preTokenizer) {
    TokenizerModel model =
        new TokenizerModel("BPE", Map.of(), List.of(), List.of(), null, -1, false, true, false);
    return new Subject(
        new TokenizerJson(NONE, normalizer, preTokenizer, NONE, NONE, model), Map.of(), "", "");
  }

  private static JsonNode json(String text, Object... values) {
    try {
      return Json.MAPPER.readTree(text.replace('\'', '"').formatted(values));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
