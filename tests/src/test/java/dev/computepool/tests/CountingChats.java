package dev.computepool.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What tests train on: a tiny model with random weights, 40 examples of counting, and a chat
/// template that configurations may name.
final class CountingChats {
  private CountingChats() {}

  /// Writes `model`, `chat.jinja` and `data.jsonl`.
  static void write(Cli cp, Path folder) throws IOException {
    Result sample = cp.run("gguf", "sample", "model", "--hugging-face");
    assertEquals(0, sample.exitCode(), sample.stderr());
    Files.writeString(
        folder.resolve("chat.jinja"),
        "{% for m in messages %}{{ '<|im_start|>' + m.role + ': ' + m.content"
            + " + '<|im_end|>' }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|im_start|>assistant: ' }}{% endif %}");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      lines.add(
          "{\"messages\": [{\"role\": \"user\", \"content\": \"What comes after %d?\"},"
                  .formatted(i)
              + " {\"role\": \"assistant\", \"content\": \"After %d comes %d.\"}]}"
                  .formatted(i, i + 1));
    }
    Files.write(folder.resolve("data.jsonl"), lines);
  }
}
