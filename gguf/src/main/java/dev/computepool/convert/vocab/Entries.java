package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import dev.computepool.gguf.MetadataArray;
import dev.computepool.gguf.MetadataType;
import dev.computepool.gguf.MetadataValue;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/// Metadata being collected. A key that is set again keeps its place and gets the new value, and an
/// empty list is no entry.
final class Entries {
  private final SequencedMap<String, MetadataValue> values = new LinkedHashMap<>();

  SequencedMap<String, MetadataValue> map() {
    return Collections.unmodifiableSequencedMap(values);
  }

  void model(String name) {
    put("tokenizer.ggml.model", MetadataValue.Text.of(name));
  }

  void pre(String name) {
    put("tokenizer.ggml.pre", MetadataValue.Text.of(name));
  }

  /// Texts and types, and scores if there are any.
  void tokens(TokenList tokens) {
    strings("tokenizer.ggml.tokens", tokens.texts());
    if (tokens.scored()) {
      put("tokenizer.ggml.scores", MetadataArray.ofFloats(tokens.scores()));
    }
    long[] types = tokens.types().stream().mapToLong(TokenType::id).toArray();
    if (types.length > 0) {
      put("tokenizer.ggml.token_type", MetadataArray.ofIntegers(MetadataType.INT32, types));
    }
  }

  void merges(List<String> merges) {
    strings("tokenizer.ggml.merges", merges);
  }

  /// The number of segments that a token's position can be in.
  void tokenTypeCount(long count) {
    uint32("tokenizer.ggml.token_type_count", count);
  }

  void uint32(String key, long value) {
    put(key, new MetadataValue.Int(MetadataType.UINT32, value));
  }

  void flag(String key, boolean value) {
    put(key, new MetadataValue.Bool(value));
  }

  void addSpacePrefix(boolean value) {
    flag("tokenizer.ggml.add_space_prefix", value);
  }

  void bytes(String key, ByteBuffer bytes) {
    if (bytes.hasRemaining()) {
      long[] values = new long[bytes.remaining()];
      for (int i = 0; i < values.length; i++) {
        values[i] = bytes.get(bytes.position() + i) & 0xff;
      }
      put(key, MetadataArray.ofIntegers(MetadataType.UINT8, values));
    }
  }

  /// A chat template, or several of them, each with a name.
  ///
  /// @param templates a string, or an array of objects with `name` and `template`
  void chatTemplates(JsonNode templates) {
    if (templates.isTextual()) {
      text("tokenizer.chat_template", templates.textValue());
      return;
    }
    Set<String> names = new LinkedHashSet<>();
    String standard = null;
    for (JsonNode choice : templates) {
      String name = choice.path("name").asText("").replaceAll("[^a-zA-Z0-9]", "_");
      if (name.isEmpty() || !choice.path("template").isTextual()) {
        continue;
      }
      String template = choice.path("template").textValue();
      if (name.equals("default")) {
        standard = template;
      } else {
        names.add(name);
        text("tokenizer.chat_template." + name, template);
      }
    }
    strings("tokenizer.chat_templates", List.copyOf(names));
    if (standard != null) {
      text("tokenizer.chat_template", standard);
    }
  }

  /// An empty text is no entry either.
  private void text(String key, String value) {
    if (!value.isEmpty()) {
      put(key, MetadataValue.Text.of(value));
    }
  }

  private void strings(String key, List<String> values) {
    if (values.isEmpty()) {
      return;
    }
    // Made one by one while they are encoded: a million objects are not needed at once.
    List<MetadataValue> texts =
        new AbstractList<>() {
          @Override
          public MetadataValue get(int index) {
            return MetadataValue.Text.of(values.get(index));
          }

          @Override
          public int size() {
            return values.size();
          }
        };
    put(key, MetadataArray.of(MetadataType.STRING, texts));
  }

  private void put(String key, MetadataValue value) {
    values.put(key, value);
  }
}
