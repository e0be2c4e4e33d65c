package dev.computepool.publish.modelfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.computepool.base.FormatException;
import dev.computepool.publish.modelfile.Modelfile.Command.Parameter;
import dev.computepool.publish.modelfile.TemplateDecision.Proof;
import dev.computepool.publish.modelfile.TemplateDecision.Proven;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSettingsTest {
  @TempDir Path folder;

  private static final Proven CHATML =
      new Proven(
          "{{ .Prompt }}",
          "<|im_end|>\n",
          List.of("<|im_start|>user\n", "<|im_end|>\n"),
          new Proof(1, Set.of()));

  private static SpecialTokens tokens(String end, String... texts) {
    return new SpecialTokens(
        new LinkedHashSet<>(List.of(texts)), new LinkedHashSet<>(List.of(end)), true);
  }

  private Path generation(String json) throws IOException {
    return Files.writeString(folder.resolve("generation_config.json"), json);
  }

  @Test
  void tokensOfTheVocabularyStopAnAnswer() throws IOException {
    ModelSettings settings =
        ModelSettings.of(
            CHATML,
            tokens("<|im_end|>", "<|im_start|>", "<|im_end|>", "<|im", "<think>"),
            folder.resolve("none"));
    assertEquals(
        List.of(new Parameter("stop", "<|im_end|>"), new Parameter("stop", "<|im_start|>")),
        settings.parameters());
    assertEquals(List.of(), settings.warnings());
  }

  @Test
  void anEndThatIsNotTheTemplatesIsWarnedOf() throws IOException {
    assertEquals(
        List.of(
            "the template ends answers with <|im_end|>, and the model's tokens of the end are"
                + " [</s>]: without the stop parameters, answers may not end"),
        ModelSettings.of(CHATML, tokens("</s>", "</s>", "<|im_end|>"), folder.resolve("none"))
            .warnings());
    assertEquals(
        List.of(
            "no special token ends an answer in this template ('<|im_end|>' is text): answers end"
                + " only where the model has learned another end"),
        ModelSettings.of(CHATML, tokens("</s>", "</s>"), folder.resolve("none")).warnings());
  }

  @Test
  void samplingIsWhatTheModelSaysAndNothingElse() throws IOException {
    Path file =
        generation(
            "{\"do_sample\": true, \"temperature\": 0.60, \"top_p\": 0.95, \"top_k\": 20,"
                + " \"repetition_penalty\": 1.1, \"min_p\": null, \"max_length\": 9}");
    assertEquals(
        List.of(
            new Parameter("temperature", "0.6"),
            new Parameter("top_k", "20"),
            new Parameter("top_p", "0.95"),
            new Parameter("repeat_penalty", "1.1")),
        ModelSettings.of(CHATML, tokens("<|im_end|>"), file).parameters());
    ModelSettings greedy =
        ModelSettings.of(
            CHATML,
            tokens("<|im_end|>"),
            generation("{\"do_sample\": false, \"temperature\": 0.6}"));
    assertEquals(List.of(), greedy.parameters());
    assertEquals(1, greedy.warnings().size());
    assertEquals(
        List.of("generation_config.json: top_k '1.5' is no integer"),
        ModelSettings.of(CHATML, tokens("<|im_end|>"), generation("{\"top_k\": 1.5}")).warnings());
    assertEquals(
        List.of("generation_config.json: temperature is no finite number"),
        ModelSettings.of(CHATML, tokens("<|im_end|>"), generation("{\"temperature\": 1e999}"))
            .warnings());
    Path broken = generation("[]");
    assertThrows(
        FormatException.class, () -> ModelSettings.of(CHATML, tokens("<|im_end|>"), broken));
  }

  @Test
  void aFolderSaysWhichTokensAreSpecialAndWhichEndAnAnswer() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        "{\"added_tokens\": [{\"id\": 1, \"content\": \"<|end|>\", \"special\": true}, {\"id\": 2,"
            + " \"content\": \"<tool>\", \"special\": false}]}");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"add_bos_token\": false, \"eos_token\": {\"content\": \"</s>\"},"
            + " \"added_tokens_decoder\": {\"3\": {\"content\": \"</s>\", \"special\": true}}}");
    generation("{\"eos_token_id\": [3, 1]}");
    SpecialTokens tokens = SpecialTokens.read(folder);
    assertEquals(List.of("<|end|>", "</s>"), List.copyOf(tokens.texts()));
    assertEquals(List.of("<|end|>", "</s>"), List.copyOf(tokens.ends()));
    assertEquals(false, tokens.addsBos());
  }
}
