package dev.computepool.gguf.check;

import dev.computepool.gguf.GgufHeader;
import dev.computepool.gguf.Metadata;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Checks what a file says about text: tokens, what belongs to each of them, and the template of
/// a chat. llama.cpp believes the lengths of these arrays without looking.
final class VocabularyCheck {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String TOKENS = PREFIX + "tokens";
  private static final String MERGES = PREFIX + "merges";
  private static final String TEMPLATE = "tokenizer.chat_template";
  private static final String BYTE_PAIRS = "gpt2";
  private static final List<String> WITHOUT_TOKENS = List.of("none", "no_vocab");

  private final Metadata metadata;
  private final List<Finding> findings = new ArrayList<>();

  private VocabularyCheck(Metadata metadata) {
    this.metadata = metadata;
  }

  /// What is wrong; nothing of a file that has no vocabulary and needs none.
  static List<Finding> findings(GgufHeader header) {
    VocabularyCheck check = new VocabularyCheck(header.metadata());
    check.run();
    return check.findings;
  }

  /// Number of tokens, or -1 where there is no list of them.
  static long tokenCount(Metadata metadata) {
    return metadata.get(TOKENS).orElse(null) instanceof MetadataArray tokens
            && tokens.elementType() == MetadataType.STRING
        ? tokens.length()
        : -1;
  }

  private void run() {
    MetadataValue model = metadata.get(PREFIX + "model").orElse(null);
    if (model == null) {
      if (metadata.contains(TOKENS)) {
        problem(PREFIX + "model", "is missing, and there are tokens: no program can tokenize");
      }
      return;
    }
    if (WITHOUT_TOKENS.contains(model.toString())) {
      return;
    }
    MetadataArray tokens = array(TOKENS, MetadataType.STRING);
    if (tokens == null) {
      if (!metadata.contains(TOKENS)) {
        problem(TOKENS, "is missing, and %smodel is %s".formatted(PREFIX, model));
      }
      return;
    }
    checkTokens(tokens);
    checkLength("scores", MetadataType.FLOAT32, tokens.length());
    checkLength("token_type", MetadataType.INT32, tokens.length());
    checkSpecial(tokens.length());
    if (model.toString().equals(BYTE_PAIRS)) {
      checkMerges();
    }
    checkTemplate();
  }

  private void checkTokens(MetadataArray tokens) {
    if (tokens.length() == 0) {
      problem(TOKENS, "is empty");
    }
    Map<MetadataValue, Integer> first = HashMap.newHashMap(tokens.length());
    int index = 0;
    int twice = 0;
    @Nullable String example = null;
    for (MetadataValue token : tokens) {
      Integer before = first.putIfAbsent(token, index);
      if (before != null && twice++ == 0) {
        example = "%d and %d are both '%s'".formatted(before, index, token);
      }
      index++;
    }
    if (twice > 0) {
      remark(
          TOKENS,
          "%s%s"
              .formatted(
                  example, twice == 1 ? "" : ", and there are %d more such".formatted(twice - 1)));
    }
  }

  private void checkLength(String name, MetadataType elementType, int tokens) {
    String key = PREFIX + name;
    MetadataArray array = array(key, elementType);
    if (array != null && array.length() != tokens) {
      problem(key, "has %d elements for %d tokens".formatted(array.length(), tokens));
    }
  }

  private void checkSpecial(int tokens) {
    for (int i = 0; i < metadata.size(); i++) {
      String key = metadata.key(i);
      if (key.startsWith(PREFIX)
          && key.endsWith("_token_id")
          && metadata.value(i) instanceof MetadataValue.Int id
          && (id.bits() < 0 || id.bits() >= tokens)) {
        problem(key, "is %s, and there are %d tokens".formatted(id, tokens));
      }
    }
  }

  private void checkMerges() {
    MetadataArray merges = array(MERGES, MetadataType.STRING);
    if (merges == null) {
      if (!metadata.contains(MERGES)) {
        problem(MERGES, "is missing: llama.cpp does not load byte pairs without them");
      }
      return;
    }
    int index = 0;
    for (MetadataValue merge : merges) {
      String pair = merge.toString();
      // The first half may begin with a space, never be empty.
      int space = pair.indexOf(' ', 1);
      if (space < 0 || space == pair.length() - 1) {
        problem(MERGES, "element %d is '%s', not two pieces and a space".formatted(index, pair));
        return; // one of many says enough
      }
      index++;
    }
    if (!metadata.contains(PREFIX + "pre")) {
      remark(PREFIX + "pre", "is missing: programs guess how text is cut, often wrongly");
    }
  }

  private void checkTemplate() {
    MetadataValue template = metadata.get(TEMPLATE).orElse(null);
    if (template == null) {
      remark(TEMPLATE, "is missing: this is no model for chats, or programs will guess");
    } else if (!(template instanceof MetadataValue.Text)) {
      problem(TEMPLATE, "is %s, expected a string".formatted(template.type()));
    } else if (template.toString().isBlank()) {
      problem(TEMPLATE, "is empty");
    }
  }

  /// The array of a key, or null where there is none; one of another type is a problem.
  private @Nullable MetadataArray array(String key, MetadataType elementType) {
    MetadataValue value = metadata.get(key).orElse(null);
    if (value == null) {
      return null;
    }
    if (value instanceof MetadataArray array && array.elementType() == elementType) {
      return array;
    }
    problem(
        key,
        "is %s, expected an array of %s"
            .formatted(
                value instanceof MetadataArray array
                    ? "an array of " + array.elementType()
                    : Objects.toString(value.type()),
                elementType));
    return null;
  }

  private void problem(String at, String what) {
    findings.add(Finding.problem(at, what));
  }

  private void remark(String at, String what) {
    findings.add(Finding.remark(at, what));
  }
}
