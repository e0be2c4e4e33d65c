package dev.computepool.train.batch;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The folder of a model that speaks ChatML: every byte is a token, and so are the marks.
final class ChatModel {
  static final int START = 256;
  static final int END = 257;
  static final int BOS = 258;

  static final String TEMPLATE =
      "{%- for m in messages %}{{- '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}"
          + "{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
          + "{%- endif %}";

  private static final JsonMapper JSON = new JsonMapper();

  private ChatModel() {}

  static Path write(Path folder, String template) throws IOException {
    Files.createDirectories(folder);
    ObjectNode tokenizer = JSON.createObjectNode();
    tokenizer.put("version", "1.0").putNull("normalizer");
    String[] marks = {"<|im_start|>", "<|im_end|>", "<s>"};
    var added = tokenizer.putArray("added_tokens");
    for (int i = 0; i < marks.length; i++) {
      added
          .addObject()
          .put("id", START + i)
          .put("content", marks[i])
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    tokenizer
        .putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
    tokenizer.putNull("post_processor");
    tokenizer
        .putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
    ObjectNode model = tokenizer.putObject("model").put("type", "BPE");
    model.putArray("merges");
    ObjectNode vocabulary = model.putObject("vocab");
    int other = 256;
    for (int b = 0; b < 256; b++) {
      boolean printed = (b > ' ' && b < 0x7f) || (b > 0xa0 && b != 0xad);
      vocabulary.put(Character.toString(printed ? b : other++), b);
    }
    JSON.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer);
    ObjectNode config = JSON.createObjectNode();
    config.put("bos_token", "<s>").put("eos_token", "<|im_end|>").put("chat_template", template);
    JSON.writeValue(folder.resolve("tokenizer_config.json").toFile(), config);
    return folder;
  }
}
