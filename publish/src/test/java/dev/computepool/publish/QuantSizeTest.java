package dev.computepool.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.computepool.llama.FileType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuantSizeTest {
  /// Qwen2.5-0.5B-Instruct: 896 wide, so that rows are no whole blocks of 256.
  private static final List<QuantSize.Tensor> SMALL =
      List.of(
          new QuantSize.Tensor("token_embd.weight", 151_936L * 896, 896, false),
          new QuantSize.Tensor("blocks", 357_898_112, 896, false),
          new QuantSize.Tensor("norms", 70_784, 70_784, true));

  /// Llama-3.1-8B.
  private static final List<QuantSize.Tensor> LARGE =
      List.of(
          new QuantSize.Tensor("token_embd.weight", 128_256L * 4096, 4096, false),
          new QuantSize.Tensor("output.weight", 128_256L * 4096, 4096, false),
          new QuantSize.Tensor("blocks", 6_979_321_856L, 4096, false),
          new QuantSize.Tensor("norms", 266_240, 266_240, true));

  @ParameterizedTest
  @EnumSource(names = "COPY", mode = EnumSource.Mode.EXCLUDE)
  void everyTypeHasASize(FileType type) {
    long bytes = QuantSize.of(LARGE, type);
    assertTrue(bytes > 1_000_000_000 && bytes <= 8_030_261_248L * 4, type + ": " + bytes);
  }

  /// What is on the Hub of these models, in bytes.
  @ParameterizedTest
  @CsvSource({
    "Q8_0, 8540771328",
    "Q6_K, 6596006912",
    "Q5_K_M, 5732987904",
    "Q4_K_M, 4920734720",
    "Q4_K_S, 4692669440",
    "F16, 16068890624"
  })
  void anEstimateIsNearWhatLlamaCppWrites(FileType type, long bytes) {
    double off = (double) QuantSize.of(LARGE, type) / (double) bytes;
    assertEquals(1, off, 0.06, type.name());
  }

  @Test
  void rowsThatAreNoWholeBlocksTakeMore() {
    long small = QuantSize.of(SMALL, FileType.Q4_K_M);
    assertTrue(small > 494_000_000L * 4.5 / 8, Long.toString(small));
    assertEquals(
        151_936L * 896 * 2 + 357_898_112L * 2 + 70_784 * 4, QuantSize.of(SMALL, FileType.F16));
  }
}
