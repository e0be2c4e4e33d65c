package dev.computepool.publish.modelfile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import dev.computepool.publish.ollama.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecialTokensTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        // What the configuration says counts.
        "{\"add_bos_token\": false} | {\"model\": {\"type\": \"BPE\", \"byte_fallback\": true}} |"
            + " false",
        "{\"add_bos_token\": true} | {\"model\": {\"type\": \"BPE\"}} | true",
        // As Llama 3 has it, and others with several processors.
        "{} | {\"model\": {\"type\": \"BPE\"}, \"post_processor\": {\"type\":"
            + " \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": \"<s>\"}},"
            + " {\"Sequence\": {\"id\": \"A\"}}]}} | true",
        "{} | {\"model\": {\"type\": \"BPE\"}, \"post_processor\": {\"processors\": [{\"type\":"
            + " \"ByteLevel\"}, {\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\":"
            + " {\"id\": \"<s>\"}}]}]}} | true",
        "{} | {\"model\": {\"type\": \"BPE\"}, \"post_processor\": {\"type\":"
            + " \"TemplateProcessing\", \"single\": [{\"Sequence\": {\"id\": \"A\"}}]}} | false",
        // As SmolLM2 has it: a byte-pair vocabulary of which nothing is said.
        "{} | {\"model\": {\"type\": \"BPE\"}, \"post_processor\": null} | false",
        // SentencePiece, turned into pairs or not.
        "{} | {\"model\": {\"type\": \"BPE\", \"byte_fallback\": true}} | true",
        "{} | {\"model\": {\"type\": \"Unigram\"}} | true",
      })
  void aFolderSaysWhetherTextsBeginWithAToken(String config, String tokenizer, boolean adds)
      throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), config);
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer);
    assertEquals(adds, SpecialTokens.read(folder).addsBos());
  }

  private Path gguf(String name, String model, String pre) throws IOException {
    return Models.gguf(
        folder.resolve(name),
        16,
        file -> {
          file.put("general.architecture", MetadataValue.Text.of("llama"));
          file.put("tokenizer.ggml.model", MetadataValue.Text.of(model));
          file.put("tokenizer.ggml.pre", MetadataValue.Text.of(pre));
          file.put("tokenizer.ggml.tokens", MetadataArray.ofStrings(List.of("a", "<|end|>")));
          file.put("tokenizer.ggml.token_type", MetadataArray.ofIntegers(MetadataType.INT32, 1, 3));
          file.put("tokenizer.ggml.eos_token_id", new MetadataValue.Int(MetadataType.UINT32, 1));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "llama, default, true",
    "gpt2, qwen2, false",
    "gpt2, smollm, false",
    "gpt2, llama-bpe, true",
    "gpt2, tekken, true",
    "t5, default, false"
  })
  void aFileThatDoesNotSayItIsReadAsLlamaCppDoes(String model, String pre, boolean adds)
      throws IOException {
    assertEquals(adds, SpecialTokens.read(gguf("m.gguf", model, pre)).addsBos());
  }

  @Test
  void aModelIsReadWhateverItsFileIsCalled() throws IOException {
    SpecialTokens tokens = SpecialTokens.read(gguf("sha256-0123", "gpt2", "qwen2"));
    assertEquals(List.of("<|end|>"), List.copyOf(tokens.texts()));
    assertEquals(List.of("<|end|>"), List.copyOf(tokens.ends()));
    assertEquals(false, tokens.addsBos());
  }
}
