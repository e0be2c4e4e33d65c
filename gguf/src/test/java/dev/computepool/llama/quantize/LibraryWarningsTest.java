package dev.computepool.llama.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LibraryWarningsTest {
  private static String line(String tensor, int columns, String from, String to) {
    return ("warning: %-36s - ncols %6d not divisible by 256 (required for type %7s) "
            + "-> falling back to %s")
        .formatted(tensor, columns, from, to);
  }

  @Test
  void tellsOfTensorsWithTheSameFateTogether() {
    assertEquals(
        List.of(
            "something else",
            "2 tensors become q5_0, not q4_K: their rows are not whole blocks of 256 weights"
                + " (blk.0.ffn_down.weight: 288)",
            "blk.1.ffn_down.weight becomes q8_0, not q6_K: its rows of 288 weights are not whole"
                + " blocks of 256"),
        LibraryWarnings.of(
            List.of(
                "[ 1/ 3] some tensor",
                line("blk.0.ffn_down.weight", 288, "q4_K", "q5_0"),
                line("blk.1.ffn_down.weight", 288, "q6_K", "q8_0"),
                "warning: something    else ",
                line("blk.2.ffn_down.weight", 544, "q4_K", "q5_0"))));
  }
}
