package dev.computepool.publish.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.base.FormatException;
import dev.computepool.hash.Digest;
import dev.computepool.publish.Fixtures;
import dev.computepool.publish.card.CardSubject.GgufLine;
import dev.computepool.publish.card.CardSubject.Kind;
import dev.computepool.publish.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CardTest {
  @TempDir Path folder;
  private Path base = Path.of("");
  private Path run = Path.of("");

  @BeforeEach
  void makeRun() throws IOException {
    base = Fixtures.model(folder.resolve("base"));
    run = Fixtures.run(folder.resolve("run"), base);
  }

  private CardSubject subject(Kind kind) throws IOException {
    Source source = Source.find(run, null, folder);
    GgufLine file = new GgufLine("kettle-Q8_0.gguf", "Q8_0", 2048, Digest.of(new byte[32]));
    return new CardSubject(source.path(), base, base, kind, true, source.run(), List.of(file));
  }

  private static CardOptions options(
      @Nullable String hubId, @Nullable String license, boolean keep) {
    return new CardOptions(
        "kettle",
        hubId,
        null,
        null,
        license,
        List.of(),
        List.of("en", "no"),
        List.of("tea"),
        null,
        null,
        keep);
  }

  @Test
  void theHeadIsWhatIsKnownAndNothingElse() throws IOException {
    Files.writeString(base.resolve("README.md"), "---\nlicense: other\nlicense_name: tea\n---\n");
    Card card = Card.of(subject(Kind.FINETUNE), options("acme/kettle", null, true));
    String head = card.text().substring(0, card.text().indexOf("\n---\n", 4) + 5);
    assertEquals(
        """
        ---
        license: other
        license_name: tea
        language:
          - en
          - "no"
        library_name: transformers
        pipeline_tag: text-generation
        tags:
          - tea
          - lora
          - gguf
          - llama-cpp
          - conversational
        ---
        """,
        head);
    assertEquals(List.of(), FrontMatter.read("card", card.text()).problems());
  }

  @Test
  void theTextTellsFactsAndNoPlaceOfThisMachine() throws IOException {
    Card card = Card.of(subject(Kind.FINETUNE), options("acme/kettle", "mit", true));
    String text = card.text();
    for (String line :
        List.of(
            "| kettle-Q8_0.gguf | Q8_0 | 2.0 KiB | `" + "0".repeat(64) + "` |",
            "llama-cli -hf acme/kettle:Q8_0",
            "ollama run hf.co/acme/kettle:Q8_0",
            "<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{prompt}<|im_end|>",
            "| file | kettle.jsonl |",
            "| examples to train on | 36 |",
            "| time | 1 min 01 s |",
            "| training.learning_rate | 0.0002 |",
            "| lora.target_modules | q_proj, v_proj |",
            "| first training loss | 7.5000 |",
            "| last validation loss | 2.0000 |",
            "| perplexity on the examples set aside, at the end | 7.3891 |",
            "![Loss by step](loss.svg)",
            "## License\n\nmit\n")) {
      assertTrue(text.contains(line), line + " in\n" + text);
    }
    assertFalse(text.contains("/secret/place"), text);
    assertFalse(text.contains(folder.toString()), text);
    assertFalse(text.contains("\n\n\n"), text);
    String plot = card.plot().orElseThrow();
    assertTrue(plot.startsWith("<svg xmlns="), plot);
    assertEquals(2, plot.split("<polyline ", -1).length - 1);
  }

  private static CardOptions withDatasets(String... ids) {
    return new CardOptions(
        "kettle",
        "acme/kettle",
        null,
        "acme/parent",
        "mit",
        List.of(ids),
        List.of(),
        List.of(),
        null,
        null,
        true);
  }

  @Test
  void whatWasMeasuredIsSaidOfADatasetThatOthersKnow() throws IOException {
    Path facts = run.resolve("run.json");
    String told = Files.readString(facts).replace("\"runtime\": \"djl\"", "\"runtime\": \"trl\"");
    Files.writeString(facts, told);
    Card card = Card.of(subject(Kind.FINETUNE), withDatasets("acme/tea"));
    FrontMatter read = FrontMatter.read("card", card.text());
    assertEquals(List.of(), read.problems());
    assertEquals(
        """
        [{"name":"kettle","results":[{"task":{"type":"text-generation"},\
        "dataset":{"name":"acme/tea, examples set aside","type":"acme/tea"},\
        "metrics":[{"type":"loss","value":2.0000},{"type":"perplexity","value":7.3891}]}]}]\
        """,
        read.keys().path("model-index").toString().replace(":2.0}", ":2.0000}"));
    assertEquals(
        "[\"lora\",\"generated_from_trainer\",\"trl\",\"sft\",\"gguf\",\"llama-cpp\",\"conversational\"]",
        read.keys().path("tags").toString());
    assertTrue(
        card.text()
            .contains(
                "kettle is [acme/parent](https://huggingface.co/acme/parent), fine-tuned on"
                    + " [acme/tea](https://huggingface.co/datasets/acme/tea).\n"),
        card.text());
    // Of two it is not known which the examples were of, nor of a file of one's own.
    card = Card.of(subject(Kind.FINETUNE), withDatasets("acme/tea", "acme/cups"));
    assertFalse(FrontMatter.read("card", card.text()).keys().has("model-index"), card.text());
    assertTrue(card.text().contains("datasets/acme/tea) and [acme/cups]("), card.text());
    Files.writeString(
        facts, told.replace("\"input\": {", "\"input\": {\"validation\": \"v.jsonl\", "));
    assertTrue(Files.readString(facts).contains("v.jsonl"));
    card = Card.of(subject(Kind.FINETUNE), withDatasets("acme/tea"));
    assertFalse(FrontMatter.read("card", card.text()).keys().has("model-index"), card.text());
  }

  @Test
  void theModelItWasMadeOfIsNamedOnlyIfItIsOnTheHub() throws IOException {
    CardSubject subject = subject(Kind.ADAPTER);
    // What peft writes where it was trained on a folder, with its form below.
    Path readme = subject.origin().resolve("README.md");
    Files.writeString(
        readme,
        """
        ---
        base_model: %s
        library_name: peft
        x: kept
        ---
        # Model Card for Model ID
        [More Information Needed]
        """
            .formatted(base));
    Card card = Card.of(subject, options("acme/kettle", "mit", true));
    FrontMatter read = FrontMatter.read("card", card.text());
    assertFalse(read.keys().has("base_model"), card.text());
    assertEquals("kept", read.keys().path("x").asText());
    assertFalse(card.text().contains("More Information Needed"), card.text());
    Files.writeString(
        subject.origin().resolve("adapter_config.json"),
        "{\"base_model_name_or_path\": \"Qwen/Qwen2.5-0.5B\"}");
    read = FrontMatter.read("card", Card.of(subject, options(null, null, true)).text());
    assertEquals("Qwen/Qwen2.5-0.5B", read.keys().path("base_model").asText());
    assertEquals("adapter", read.keys().path("base_model_relation").asText());
  }

  /// The card of what is quantized names its parent; in fewer bits it is not the parent in fewer.
  @Test
  void whatAModelWasMadeOfIsNotWhatWasQuantized() throws IOException {
    Path readme = base.resolve("README.md");
    Files.writeString(readme, "---\nbase_model: acme/parent\nlicense_name: x\n---\n");
    CardSubject subject =
        new CardSubject(base, null, base, Kind.QUANTIZED, false, Optional.empty(), List.of());
    Card card = Card.of(subject, options(null, "mit", true));
    FrontMatter read = FrontMatter.read("card", card.text());
    assertEquals("acme/parent", read.keys().path("base_model").asText());
    assertFalse(read.keys().has("base_model_relation"), card.text());
    assertFalse(read.keys().has("license_name"), "of another licence");
    assertFalse(card.text().contains("acme/parent](") || card.text().contains("in GGUF"));
    Files.writeString(readme, "---\nbase_model: acme/parent\nbase_model_relation: finetune\n---\n");
    CardOptions named =
        new CardOptions(
            "kettle",
            null,
            null,
            "acme/kettle",
            null,
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            true);
    card = Card.of(subject, named);
    read = FrontMatter.read("card", card.text());
    assertEquals("acme/kettle", read.keys().path("base_model").asText());
    assertEquals("quantized", read.keys().path("base_model_relation").asText());
    assertTrue(card.text().contains("[acme/kettle](https://huggingface.co/acme/kettle) in GGUF"));
  }

  /// It is in somebody's cache, and not for the user to mend.
  @Test
  void aBrokenCardOfTheBaseSaysNothing() throws IOException {
    for (String broken : List.of("---\n\tlicense: mit\n---\n", "---\nlicense: My Own\n---\n")) {
      Files.writeString(base.resolve("README.md"), broken);
      Card card = Card.of(subject(Kind.FINETUNE), options(null, null, true));
      assertFalse(FrontMatter.read("card", card.text()).keys().has("license"), card.text());
    }
  }

  @Test
  void aTextThatSomebodyWroteStaysUnlessANewOneIsAskedFor() throws IOException {
    CardSubject subject = subject(Kind.FINETUNE);
    Files.writeString(
        subject.origin().resolve("README.md"), "---\ntags: [mine]\n---\n# Mine\n\nMy words.\n");
    Card kept = Card.of(subject, options("acme/kettle", "mit", true));
    assertTrue(kept.text().endsWith("---\n# Mine\n\nMy words.\n"), kept.text());
    assertTrue(kept.text().contains("  - mine\n  - tea\n"), kept.text());
    assertEquals(Optional.empty(), kept.plot());
    Card made = Card.of(subject, options("acme/kettle", "mit", false));
    assertTrue(made.text().contains("\n# kettle\n"), made.text());
  }

  @Test
  void aTemplateOfTheUsersSpeaksOfTheSameFacts() throws IOException {
    Path template = folder.resolve("mine.jinja");
    Files.writeString(template, "{{ title }}: {{ files[0].name }}, {{ run.data.tokens }} tokens");
    CardOptions options =
        new CardOptions(
            "kettle", null, null, null, null, List.of(), List.of(), List.of(), null, template,
            true);
    String text = Card.of(subject(Kind.FINETUNE), options).text();
    assertTrue(text.endsWith("---\n\nkettle: kettle-Q8_0.gguf, 1218 tokens\n"), text);
  }

  @Test
  void aCardOfTheUsersIsTakenAsItIsOnceItsHeadIsRight() throws IOException {
    Path own = folder.resolve("own.md");
    CardOptions options =
        new CardOptions(
            "kettle", null, null, null, "mit", List.of(), List.of(), List.of(), own, null, true);
    Files.writeString(own, "---\nlicense: gpl-3.0\n---\nwords");
    assertEquals(
        "---\nlicense: gpl-3.0\n---\nwords", Card.of(subject(Kind.FINETUNE), options).text());
    Files.writeString(own, "---\ndatasets: null\n---\nwords");
    FormatException e =
        assertThrows(FormatException.class, () -> Card.of(subject(Kind.FINETUNE), options));
    assertEquals(own + " at datasets: has null, which is no text", e.getMessage());
  }
}
