package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The tokens that are added to those of a model, gathered from all files that name some.
///
/// A text that the model knows keeps its id, a new one gets the next after the model's tokens: the
/// ids in the files are not asked. That is how the tokenizers library numbers them.
final class AddedVocabulary {
  private static final List<String> NAMED =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private final Map<String, Integer> modelIds;
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Map<Integer, AddedToken> byId = new TreeMap<>();
  private final Set<String> special = new LinkedHashSet<>();
  private int next;

  private AddedVocabulary(Map<String, Integer> modelIds) {
    this.modelIds = modelIds;
    this.next = modelIds.size();
  }

  /// Gathers them.
  ///
  /// @param modelIds the tokens of the model
  /// @param described the `added_tokens` of `tokenizer.json`, or missing
  /// @param defaults the named special tokens of the tokenizer's class, such as `unk_token`, which
  ///     hold where the files say nothing
  static AddedVocabulary of(
      TokenizerFiles files,
      Map<String, Integer> modelIds,
      JsonNode described,
      Map<String, String> defaults)
      throws IOException {
    AddedVocabulary added = new AddedVocabulary(modelIds);
    List<AddedToken> fromTokenizer = new ArrayList<>();
    for (JsonNode node : described) {
      AddedToken.of(node).ifPresent(fromTokenizer::add);
    }
    added.addAll(fromTokenizer);

    JsonNode config = files.tokenizerConfig();
    Map<String, AddedToken> decoder = new LinkedHashMap<>();
    boolean listed = config.path("added_tokens_decoder").isObject();
    if (listed) {
      Map<Integer, AddedToken> sorted = new TreeMap<>();
      for (Map.Entry<String, JsonNode> entry : config.path("added_tokens_decoder").properties()) {
        Optional<AddedToken> token = AddedToken.of(entry.getValue());
        if (token.isEmpty() || !entry.getKey().matches("[0-9]{1,9}")) {
          files
              .findings()
              .add(
                  "tokenizer_config.json",
                  "added_tokens_decoder has %s: %s, expected an id and a token"
                      .formatted(entry.getKey(), entry.getValue()));
          continue;
        }
        sorted.put(Integer.valueOf(entry.getKey()), token.get());
      }
      sorted.values().forEach(token -> decoder.put(token.content(), token));
    }
    Map<String, AddedToken> named = new LinkedHashMap<>();
    Set<AddedToken> others = new LinkedHashSet<>();
    specialTokens(files, config, listed, defaults, named, others);
    if (!listed) {
      legacy(files, named, others, decoder);
      fromTokenizer.forEach(token -> decoder.put(token.content(), token));
    }

    Set<String> names = new LinkedHashSet<>();
    named.values().forEach(token -> names.add(token.content()));
    for (AddedToken token : decoder.values()) {
      added.add(names.contains(token.content()) ? token.asSpecial() : token);
    }
    Set<AddedToken> rest = new LinkedHashSet<>(named.values());
    rest.addAll(others);
    for (AddedToken token : rest) {
      added.special.add(token.content());
      AddedToken known = added.id(token.content()).flatMap(added::get).orElse(token);
      added.add(known.asSpecial());
    }
    return added;
  }

  /// The special tokens that files name, by role or in a list.
  private static void specialTokens(
      TokenizerFiles files,
      JsonNode config,
      boolean listed,
      Map<String, String> defaults,
      Map<String, AddedToken> named,
      Set<AddedToken> others)
      throws IOException {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    config.properties().forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    if (!listed) {
      files
          .json("special_tokens_map.json")
          .properties()
          .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    }
    for (String role : NAMED) {
      JsonNode value = values.get(role);
      if (value == null && defaults.containsKey(role)) {
        named.put(role, AddedToken.special(defaults.get(role)));
      } else if (value != null) {
        AddedToken.of(value).ifPresent(token -> named.put(role, token));
      }
    }
    // Any other key that ends so and has a text names a special token of the model.
    values.forEach(
        (key, value) -> {
          boolean names = key.endsWith("_token") && !key.startsWith("add_");
          if (names && !NAMED.contains(key) && value.isTextual()) {
            named.put(key, AddedToken.special(value.textValue()));
          }
        });
    JsonNode extra = values.get("extra_special_tokens");
    if (extra == null || !Json.truthy(extra)) {
      extra = values.get("additional_special_tokens");
    }
    if (extra != null && extra.isObject()) {
      for (Map.Entry<String, JsonNode> entry : extra.properties()) {
        AddedToken.of(entry.getValue()).ifPresent(token -> named.put(entry.getKey(), token));
      }
    } else if (extra != null) {
      for (JsonNode node : extra) {
        AddedToken.of(node).ifPresent(others::add);
      }
    }
  }

  /// The file that tokenizers wrote before there was a list in `tokenizer_config.json`.
  private static void legacy(
      TokenizerFiles files,
      Map<String, AddedToken> named,
      Collection<AddedToken> others,
      Map<String, AddedToken> decoder)
      throws IOException {
    Set<String> special = new LinkedHashSet<>();
    named.values().forEach(token -> special.add(token.content()));
    others.forEach(token -> special.add(token.content()));
    Map<Integer, String> byId = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : files.json("added_tokens.json").properties()) {
      byId.put(entry.getValue().asInt(), entry.getKey());
    }
    for (String content : byId.values()) {
      boolean isSpecial = special.contains(content);
      decoder.put(content, new AddedToken(content, false, false, false, !isSpecial, isSpecial));
    }
  }

  private void addAll(Collection<AddedToken> tokens) {
    tokens.forEach(this::add);
  }

  private void add(AddedToken token) {
    if (token.content().isEmpty()) {
      return;
    }
    Integer id = ids.get(token.content());
    if (id == null) {
      id = modelIds.get(token.content());
    }
    if (id == null) {
      id = next++;
    }
    ids.put(token.content(), id);
    byId.put(id, token);
  }

  /// The token with this id, if it is an added one.
  Optional<AddedToken> get(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  /// The id of a token, if it is an added one.
  Optional<Integer> id(String content) {
    return Optional.ofNullable(ids.get(content));
  }

  /// Added tokens with their ids, by id.
  Map<Integer, AddedToken> tokens() {
    return byId;
  }

  /// Texts of the special tokens that files name by role or in a list, not of all special ones.
  Set<String> namedSpecial() {
    return special;
  }

  /// All tokens with their ids: those of the model and the added ones.
  Map<String, Integer> all() {
    Map<String, Integer> all = new LinkedHashMap<>(modelIds);
    all.putAll(ids);
    return all;
  }
}
