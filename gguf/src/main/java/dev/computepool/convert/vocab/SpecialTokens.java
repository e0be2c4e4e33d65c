package dev.computepool.convert.vocab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The special tokens of a directory by role, whether they are put around a text, and the chat
/// templates.
///
/// What `tokenizer_config.json` says comes first; the post-processor of `tokenizer.json` fills its
/// gaps and overrules its end of text; `config.json` comes last. Roles keep the order in which they
/// were found, which is that of the keys in the GGUF file.
final class SpecialTokens {
  private static final List<String> ROLES =
      List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");

  /// Keys of the ids that a GGUF file has room for, by role.
  private static final Map<String, String> ID_KEYS =
      Map.of(
          "bos", "tokenizer.ggml.bos_token_id",
          "eos", "tokenizer.ggml.eos_token_id",
          "unk", "tokenizer.ggml.unknown_token_id",
          "sep", "tokenizer.ggml.seperator_token_id",
          "pad", "tokenizer.ggml.padding_token_id",
          "mask", "tokenizer.ggml.mask_token_id",
          "eot", "tokenizer.ggml.eot_token_id",
          "eom", "tokenizer.ggml.eom_token_id");

  /// Keys of the flags that a GGUF file has room for, by role.
  private static final Map<String, String> FLAG_KEYS =
      Map.of(
          "bos", "tokenizer.ggml.add_bos_token",
          "eos", "tokenizer.ggml.add_eos_token",
          "sep", "tokenizer.ggml.add_sep_token");

  private final List<String> roles;
  private final int limit;
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Map<String, Boolean> flags = new LinkedHashMap<>();
  private JsonNode templates = MissingNode.getInstance();
  private Optional<Boolean> lowercase = Optional.empty();
  private Optional<Boolean> stripAccents = Optional.empty();

  private SpecialTokens(List<String> roles, OptionalInt limit) {
    this.roles = new ArrayList<>(roles);
    this.limit = limit.orElse(Integer.MAX_VALUE);
  }

  /// Reads those that most models have.
  ///
  /// @param limit ids from here on are left out
  static SpecialTokens read(TokenizerFiles files, OptionalInt limit) throws IOException {
    return read(files, limit, ROLES);
  }

  /// Reads those of certain roles.
  static SpecialTokens read(TokenizerFiles files, OptionalInt limit, List<String> roles)
      throws IOException {
    SpecialTokens special = new SpecialTokens(roles, limit);
    special.readTokenizer(files);
    for (String role : special.roles) {
      JsonNode id = files.config().path(role + "_token_id");
      if (id.isMissingNode() || id.isNull()) {
        id = files.config().path("text_config").path(role + "_token_id");
      }
      special.offer(role, id);
    }
    return special;
  }

  /// Gives a role to a token if the role is still free.
  void offer(String role, int id) {
    if (id >= 0 && id < limit) {
      ids.putIfAbsent(role, id);
    }
  }

  /// Gives a role to a token, whoever had it.
  void set(String role, int id) {
    ids.put(role, id);
  }

  boolean has(String role) {
    return ids.containsKey(role);
  }

  /// Leaves the templates to somebody else.
  SpecialTokens withoutTemplates() {
    templates = MissingNode.getInstance();
    return this;
  }

  void addTo(Entries entries) {
    ids.forEach(
        (role, id) -> {
          String key = ID_KEYS.get(role);
          if (key != null) {
            entries.uint32(key, id);
          }
        });
    flags.forEach(
        (role, flag) -> {
          String key = FLAG_KEYS.get(role);
          if (key != null) {
            entries.flag(key, flag);
          }
        });
    entries.chatTemplates(templates);
    lowercase.ifPresent(flag -> entries.flag("tokenizer.ggml.normalizer.lowercase", flag));
    stripAccents.ifPresent(flag -> entries.flag("tokenizer.ggml.normalizer.strip_accents", flag));
  }

  private void offer(String role, JsonNode id) {
    // A list of ids, such as several ends of text, is no id, and -1 is none either.
    if (id.isInt()) {
      offer(role, id.intValue());
    }
  }

  private void readTokenizer(TokenizerFiles files) throws IOException {
    ObjectNode config = files.tokenizerConfig().deepCopy();
    JsonNode added = JsonNodeFactory.instance.arrayNode();
    Optional<TokenizerJson> tokenizer = files.tokenizer();
    if (tokenizer.isPresent()) {
      readNormalizer(tokenizer.get().normalizer());
      added = tokenizer.get().addedTokens();
      new PostProcessor(config).read(tokenizer.get().postProcessor());
    }
    if (config.isEmpty()) {
      return;
    }
    templates = ChatTemplates.of(files);
    for (String role : roles) {
      JsonNode flag = config.path("add_" + role + "_token");
      if (flag.isBoolean()) {
        flags.put(role, flag.booleanValue());
      }
      Optional<String> content = Json.content(config.path(role + "_token"));
      if (content.isPresent()) {
        offer(role, id(added, content.get()));
      }
    }
  }

  private static JsonNode id(JsonNode added, String content) {
    for (JsonNode token : added) {
      if (token.path("content").asText("").equals(content)) {
        return token.path("id");
      }
    }
    return MissingNode.getInstance();
  }

  private void readNormalizer(JsonNode normalizer) {
    switch (normalizer.path("type").asText("")) {
      case "Lowercase" -> lowercase = Optional.of(true);
      case "StripAccents" -> stripAccents = Optional.of(true);
      case "BertNormalizer" -> {
        if (normalizer.path("lowercase").isBoolean()) {
          lowercase = Optional.of(normalizer.path("lowercase").booleanValue());
        }
        if (normalizer.path("strip_accents").isBoolean()) {
          stripAccents = Optional.of(normalizer.path("strip_accents").booleanValue());
        }
      }
      case "Sequence" -> normalizer.path("normalizers").forEach(this::readNormalizer);
      default -> {}
    }
  }

  /// Which tokens a post-processor puts first, last and between two texts.
  ///
  /// Only simple templates are understood: at most one special token on either side of a text.
  private final class PostProcessor {
    private final ObjectNode config;
    private JsonNode bos;
    private JsonNode eos;
    private JsonNode cls;
    private JsonNode sep;

    /// @param config changed where the post-processor knows better
    PostProcessor(ObjectNode config) {
      this.config = config;
      bos = config.path("bos_token");
      eos = config.path("eos_token");
      cls = config.path("cls_token");
      sep = config.path("sep_token");
    }

    void read(JsonNode processor) {
      if (!Json.truthy(bos) && Json.truthy(cls)) {
        bos = cls;
        config.set("bos_token", bos);
      }
      if (!Json.truthy(eos) && Json.truthy(sep)) {
        eos = sep;
        config.set("eos_token", eos);
      }
      if (processor.path("processors").isArray()) {
        processor.path("processors").forEach(this::readOne);
      } else {
        readOne(processor);
      }
    }

    private void readOne(JsonNode processor) {
      switch (processor.path("type").asText("")) {
        case "RobertaProcessing" -> roberta(processor);
        case "TemplateProcessing" -> template(processor.path("single"), processor.path("pair"));
        default -> {}
      }
    }

    private void roberta(JsonNode processor) {
      flags.put("bos", true);
      flags.put("eos", true);
      flags.put("sep", true);
      if (!Json.truthy(cls) && !config.isEmpty()) {
        cls = processor.has("cls") ? processor.path("cls").path(0) : bos;
        config.set("cls_token", orNull(cls));
      }
      if (!Json.truthy(sep) && !config.isEmpty()) {
        sep = processor.has("sep") ? processor.path("sep").path(0) : eos;
        config.set("sep_token", orNull(sep));
      }
    }

    private void template(JsonNode single, JsonNode pair) {
      JsonNode first = MissingNode.getInstance();
      JsonNode last = MissingNode.getInstance();
      if (single.size() > 1) {
        first = special(single.path(0));
        last = special(single.path(single.size() - 1));
      }
      if (Json.truthy(first)) {
        starts(first);
      }
      if (Json.truthy(last)) {
        ends(last);
      }
      List<JsonNode> parts = new ArrayList<>();
      pair.forEach(parts::add);
      boolean startsSo =
          !parts.isEmpty() && Json.truthy(first) && special(parts.getFirst()).equals(first);
      boolean endsSo =
          !parts.isEmpty() && Json.truthy(last) && special(parts.getLast()).equals(last);
      parts =
          parts.subList(
              startsSo ? 1 : 0, Math.max(parts.size() - (endsSo ? 1 : 0), startsSo ? 1 : 0));
      if (parts.size() > 2
          && sequence(parts.getFirst()).equals("A")
          && sequence(parts.getLast()).equals("B")) {
        between(parts.subList(1, parts.size() - 1), Json.truthy(last));
      }
    }

    private void starts(JsonNode first) {
      if (config.isEmpty()) {
        bos = first;
      } else if (!first.equals(bos) && !first.equals(cls)) {
        if (!Json.truthy(bos)) {
          bos = first;
          config.set("bos_token", bos);
        }
        if (!Json.truthy(cls)) {
          cls = first;
          config.set("cls_token", cls);
        }
      }
      flags.put("bos", first.equals(bos) || first.equals(cls));
    }

    private void ends(JsonNode last) {
      if (config.isEmpty()) {
        eos = last;
      } else if (!last.equals(eos)) {
        // What was called the end of text is then the end of a turn, or of a message.
        for (String role : List.of("eot", "eom")) {
          if (!roles.contains(role)) {
            roles.add(role);
            config.set(role + "_token", orNull(eos));
            break;
          }
        }
        eos = last;
        config.set("eos_token", eos);
      }
      flags.put("eos", last.equals(eos));
    }

    private void between(List<JsonNode> middle, boolean closed) {
      boolean adds = false;
      JsonNode one = special(middle.getFirst());
      if (Json.truthy(one) && (one.equals(sep) || one.equals(eos)) && !closed) {
        adds = true;
      }
      if (middle.size() == 2) {
        JsonNode two = special(middle.get(1));
        adds |= Json.truthy(two) && (two.equals(sep) || two.equals(eos));
      }
      flags.put("sep", adds);
      if (adds && !Json.truthy(sep) && !config.isEmpty()) {
        config.set("sep_token", orNull(eos));
      }
    }

    private static JsonNode special(JsonNode part) {
      return part.path("SpecialToken").path("id");
    }

    private static String sequence(JsonNode part) {
      return part.path("Sequence").path("id").asText("");
    }

    private static JsonNode orNull(JsonNode node) {
      return node instanceof TextNode || node.isObject() ? node : NullNode.getInstance();
    }
  }
}
