package dev.computepool.convert.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.convert.MetadataList;
import dev.computepool.convert.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The `general.*` keys: what a model is called and who made it, from its card, its configuration
/// and the name of its directory, in this order of trust.
public final class GeneralMetadata {
  /// What a card calls the values, in the order in which the first that is there counts.
  private static final List<Alias> ALIASES =
      List.of(
          new Alias("name", "name"),
          new Alias("author", "author"),
          new Alias("version", "version"),
          new Alias("organization", "organization"),
          new Alias("description", "description"),
          new Alias("finetune", "finetune"),
          new Alias("basename", "basename"),
          new Alias("size_label", "size_label"),
          new Alias("source.url", "url"),
          new Alias("source.doi", "doi"),
          new Alias("source.uuid", "uuid"),
          new Alias("source.repo_url", "repo_url"),
          new Alias("name", "model_name"),
          new Alias("author", "model_author"),
          new Alias("version", "model_version"),
          new Alias("organization", "model_organization"),
          new Alias("description", "model_description"),
          new Alias("finetune", "model_finetune"),
          new Alias("basename", "model_basename"),
          new Alias("size_label", "model_size_label"),
          new Alias("source.url", "model_url"),
          new Alias("source.doi", "model_doi"),
          new Alias("source.uuid", "model_uuid"),
          new Alias("source.repo_url", "model_repo_url"),
          new Alias("author", "model_creator"),
          new Alias("basename", "model_type"),
          new Alias("license", "license"),
          new Alias("license.name", "license_name"),
          new Alias("license.link", "license_link"));

  /// The keys in the order of the file; those of parents and datasets, tags and languages follow.
  private static final List<String> ORDER =
      List.of(
          "name",
          "author",
          "version",
          "organization",
          "finetune",
          "basename",
          "description",
          "size_label",
          "license",
          "license.name",
          "license.link",
          "source.url",
          "source.doi",
          "source.uuid",
          "source.repo_url");

  private static final List<String> ORIGIN_KEYS =
      List.of(
          "name",
          "author",
          "version",
          "organization",
          "description",
          "url",
          "doi",
          "uuid",
          "repo_url");

  private static final Pattern HUB_URL = Pattern.compile("https?://huggingface.co/([^/]+/[^/]+)");

  private final Map<String, String> values = new LinkedHashMap<>();
  private final ObjectNode card;
  private final long parameters;

  private record Alias(String key, String cardKey) {}

  private GeneralMetadata(ObjectNode card, long parameters) {
    this.card = card;
    this.parameters = parameters;
  }

  /// Where the values come from.
  ///
  /// @param card the directory with the `README.md`, whose name is that of the model
  /// @param config its `config.json`, or an empty object
  /// @param generation its `generation_config.json`, or an empty object
  /// @param name what the model is to be called, or null
  public record Origin(Path card, ObjectNode config, ObjectNode generation, @Nullable String name) {
    /// The same of files that may be missing.
    public static Origin of(
        Path card,
        @Nullable ObjectNode config,
        @Nullable ObjectNode generation,
        @Nullable String name) {
      ObjectNode none = JsonNodeFactory.instance.objectNode();
      return new Origin(
          card, config == null ? none : config, generation == null ? none : generation, name);
    }
  }

  /// Adds the keys.
  ///
  /// @param size what the result has
  public static void add(Origin origin, SizeLabel size, MetadataList out, Problems problems)
      throws IOException {
    GeneralMetadata metadata =
        new GeneralMetadata(ModelCard.read(origin.card, problems), size.total());
    metadata.collect(origin, size);
    sampling(origin.generation, out, problems);
    metadata.write(out);
  }

  private void collect(Origin origin, SizeLabel size) {
    for (Alias alias : ALIASES) {
      String value = text(card.get(alias.cardKey));
      if (value != null) {
        values.putIfAbsent(alias.key, value);
      }
    }
    JsonNode path = origin.config.get("_name_or_path");
    if (path != null
        && path.isTextual()
        && path.asText().chars().filter(c -> c == '/').count() <= 1) {
      addFrom(path.asText());
    }
    Path directory = origin.card.toAbsolutePath().normalize().getFileName();
    String folder = directory == null ? "" : directory.toString();
    addFrom(folder);
    values.putIfAbsent("name", folder);
    if (origin.name != null) {
      values.put("name", origin.name);
    }
    if (size.total() > 0) {
      values.putIfAbsent("size_label", size.text());
    }
  }

  private void addFrom(String id) {
    ModelName name = ModelName.of(id, parameters);
    putIfAbsent("name", name.full() == null ? null : ModelName.title(name.full()));
    putIfAbsent(
        "organization", name.organization() == null ? null : ModelName.title(name.organization()));
    putIfAbsent("basename", name.baseName());
    putIfAbsent("finetune", name.fineTune());
    putIfAbsent("version", name.version());
    putIfAbsent("size_label", name.sizeLabel());
  }

  private void putIfAbsent(String key, @Nullable String value) {
    if (value != null) {
      values.putIfAbsent(key, value);
    }
  }

  /// A value as text; lists are joined, as those of licenses are.
  private static @Nullable String text(@Nullable JsonNode value) {
    if (value == null || value.isNull() || value.isObject()) {
      return null;
    }
    if (value.isArray()) {
      List<String> texts = new ArrayList<>();
      value.forEach(element -> texts.add(element.asText()));
      return String.join(",", texts);
    }
    return value.asText();
  }

  private static void sampling(ObjectNode generation, MetadataList out, Problems problems) {
    JsonNode sequence = generation.get("sequence");
    if (sequence != null && sequence.isTextual()) {
      out.text("general.sampling.sequence", sequence.asText());
    }
    String[][] keys = {
      {"top_k", "top_k"},
      {"top_p", "top_p"},
      {"min_p", "min_p"},
      {"xtc_probability", "xtc_probability"},
      {"xtc_threshold", "xtc_threshold"},
      {"temp", "temperature"},
      {"penalty_last_n", "penalty_last_n"},
      {
        "penalty_repeat", generation.has("penalty_repeat") ? "penalty_repeat" : "repetition_penalty"
      },
      {"mirostat", "mirostat"},
      {"mirostat_tau", "mirostat_tau"},
      {"mirostat_eta", "mirostat_eta"}
    };
    for (String[] key : keys) {
      JsonNode value = generation.get(key[1]);
      if (value == null || value.isNull()) {
        continue;
      }
      String name = "general.sampling." + key[0];
      boolean integer = List.of("top_k", "penalty_last_n", "mirostat").contains(key[0]);
      if (integer && value.canConvertToInt()) {
        out.int32(name, value.asInt());
      } else if (!integer && value.isNumber()) {
        out.float32(name, value.asDouble());
      } else {
        problems.note("generation_config.json: %s is %s and is left out".formatted(key[1], value));
      }
    }
  }

  private void write(MetadataList out) {
    for (String key : ORDER) {
      String value = values.get(key);
      if (value != null) {
        out.text("general." + key, value);
      }
    }
    origins(out, "base_model", List.of("base_model", "base_models", "base_model_sources"));
    origins(out, "dataset", List.of("datasets", "dataset", "dataset_sources"));
    texts(out, "general.tags", List.of("tags", "pipeline_tag"));
    texts(out, "general.languages", List.of("languages", "language"));
  }

  /// What a model was made of: each a name on the hub, an address, or a description.
  private void origins(MetadataList out, String kind, List<String> cardKeys) {
    JsonNode found = null;
    for (String key : cardKeys) {
      if (found == null) {
        found = card.get(key);
      }
    }
    if (found == null) {
      return;
    }
    List<Map<String, String>> origins = new ArrayList<>();
    if (found.isTextual()) {
      origins.add(origin(found));
    } else if (found.isArray()) {
      found.forEach(element -> origins.add(origin(element)));
    }
    out.uint32("general.%s.count".formatted(kind), origins.size());
    for (int i = 0; i < origins.size(); i++) {
      for (String key : ORIGIN_KEYS) {
        String value = origins.get(i).get(key);
        if (value != null) {
          out.text("general.%s.%d.%s".formatted(kind, i, key), value);
        }
      }
    }
  }

  private Map<String, String> origin(JsonNode element) {
    Map<String, String> origin = new LinkedHashMap<>();
    if (element.isObject()) {
      for (String key : ORIGIN_KEYS) {
        String value = text(element.get(key));
        if (value != null) {
          origin.put(key, value);
        }
      }
      return origin;
    }
    if (!element.isTextual()) {
      return origin;
    }
    String id = element.asText();
    if (id.startsWith("http://") || id.startsWith("https://") || id.startsWith("ssh://")) {
      origin.put("repo_url", id);
      Matcher matcher = HUB_URL.matcher(id);
      if (matcher.matches()) {
        name(origin, matcher.group(1));
      }
      return origin;
    }
    ModelName name = name(origin, id);
    if (name.organization() != null && name.full() != null) {
      origin.put(
          "repo_url", "https://huggingface.co/%s/%s".formatted(name.organization(), name.full()));
    }
    return origin;
  }

  private ModelName name(Map<String, String> origin, String id) {
    ModelName name = ModelName.of(id, parameters);
    if (name.full() != null) {
      origin.put("name", ModelName.title(name.full()));
    }
    if (name.organization() != null) {
      origin.put("organization", ModelName.title(name.organization()));
    }
    if (name.version() != null) {
      origin.put("version", name.version());
    }
    return name;
  }

  private void texts(MetadataList out, String key, List<String> cardKeys) {
    List<String> texts = new ArrayList<>();
    for (String cardKey : cardKeys) {
      JsonNode value = card.get(cardKey);
      if (value == null) {
        continue;
      }
      if (value.isTextual()) {
        texts.add(value.asText());
      } else if (value.isArray()) {
        value.forEach(element -> texts.add(element.asText()));
      }
    }
    out.texts(key, texts);
  }
}
