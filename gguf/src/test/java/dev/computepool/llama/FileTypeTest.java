package dev.computepool.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileTypeTest {
  @ParameterizedTest
  @CsvSource({
    "q4_k_m, Q4_K_M",
    "Q4_K, Q4_K_M",
    "q5_k, Q5_K_M",
    "Q3_k, Q3_K_M",
    "15, Q4_K_M",
    "0, F32",
    "bf16, BF16",
    "' q8_0 ', Q8_0",
    "copy, COPY",
    "mxfp4_moe, MXFP4_MOE"
  })
  void understandsNamesAliasesAndNumbersInAnyCase(String text, FileType expected) {
    assertEquals(Optional.of(expected), FileType.of(text));
  }

  @Test
  void knowsNoOthers() {
    assertEquals(Optional.empty(), FileType.of("q4"));
    assertEquals(Optional.empty(), FileType.of(""));
    assertEquals(Optional.empty(), FileType.of("4"));
  }

  @ParameterizedTest
  @CsvSource({
    "Model-F16.gguf, Model-Q4_K_M.gguf",
    "model-f16.gguf, model-Q4_K_M.gguf",
    "model.fp16.GGUF, model-Q4_K_M.gguf",
    "Model-BF16-00001-of-00003.gguf, Model-Q4_K_M.gguf",
    "Model-Q8_0.gguf, Model-Q4_K_M.gguf",
    "Qwen2.5-7B.gguf, Qwen2.5-7B-Q4_K_M.gguf",
    "model, model-Q4_K_M.gguf",
    "F16.gguf, F16-Q4_K_M.gguf"
  })
  void namesAResultAsTheFieldDoes(String source, String expected) {
    assertEquals(expected, FileType.Q4_K_M.fileNameFor(source));
  }
}
