package dev.computepool.publish.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParamsTest {
  @Test
  void eachParameterHasTheTypeThatOllamaExpects() {
    assertEquals(
        "{\"min_p\":0.05,\"num_ctx\":4096,\"stop\":[\"<|end|>\",\"\\n\"],\"temperature\":1,"
            + "\"top_p\":0.9,\"use_mmap\":true}",
        Params.of(
                Map.of(
                    "temperature",
                    "1.0",
                    "top_p",
                    0.9f,
                    "min_p",
                    "0.05",
                    "num_ctx",
                    4096,
                    "use_mmap",
                    "true",
                    "stop",
                    List.of("<|end|>", "\n")))
            .toString());
  }

  @Test
  void namesAllThatIsWrong() {
    assertEquals(
        "parameter 'num_ctx' is 1.5, expected a whole number; parameter 'num_gpu' is for one"
            + " machine and does not belong into a published model; parameter 'stop' has '',"
            + " expected text; unknown parameter 'temprature'; did you mean 'temperature'?;"
            + " parameter 'tfs_z' is not used by Ollama any more; parameter 'top_k' is 'many',"
            + " expected a number",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Params.of(
                        Map.of(
                            "num_ctx",
                            1.5,
                            "num_gpu",
                            1,
                            "stop",
                            "",
                            "temprature",
                            1,
                            "tfs_z",
                            1,
                            "top_k",
                            "many")))
            .getMessage());
  }
}
