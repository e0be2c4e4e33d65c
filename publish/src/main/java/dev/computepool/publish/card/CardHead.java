package dev.computepool.publish.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.convert.JsonFile;
import dev.computepool.convert.Problems;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The keys of a card's head, from what the user says, the card that is there, and what the files
/// say about themselves, in this order.
final class CardHead {
  private static final List<String> LICENSE = List.of("license", "license_name", "license_link");
  private static final String NOBODY_KNOWS = "und";

  private final CardSubject subject;
  private final CardOptions options;
  private final ObjectNode existing;
  private final ObjectNode head = JsonNodeFactory.instance.objectNode();

  private CardHead(CardSubject subject, CardOptions options, ObjectNode existing) {
    this.subject = subject;
    this.options = options;
    this.existing = existing;
  }

  static ObjectNode of(CardSubject subject, CardOptions options, ObjectNode existing)
      throws IOException {
    CardHead card = new CardHead(subject, options, existing);
    card.license();
    card.language();
    card.library();
    card.base();
    card.datasets();
    card.tags();
    // What the authors wrote besides stays.
    for (Map.Entry<String, JsonNode> key : existing.properties()) {
      if (!card.head.has(key.getKey()) && !key.getKey().equals("base_model")) {
        card.head.set(key.getKey(), key.getValue());
      }
    }
    return card.head;
  }

  private void license() throws IOException {
    if (options.license() != null) {
      head.put("license", options.license());
      return;
    }
    ObjectNode stated = existing.has("license") ? existing : baseCard();
    for (String key : LICENSE) {
      if (stated.has(key)) {
        head.set(key, stated.get(key));
      }
    }
    if (!head.has("license")) {
      gguf("general.license")
          .map(id -> id.toLowerCase(Locale.ROOT))
          .ifPresent(id -> head.put("license", id));
    }
  }

  /// The head of the card of the model that this one was made of.
  private ObjectNode baseCard() throws IOException {
    Path base = subject.base();
    Path file = base == null ? null : base.resolve(Card.FILE);
    return file != null && Files.isRegularFile(file)
        ? FrontMatter.read(file).keys()
        : JsonNodeFactory.instance.objectNode();
  }

  private void language() throws IOException {
    if (!options.languages().isEmpty()) {
      list("language", options.languages());
    } else if (existing.has("language")) {
      head.set("language", existing.get("language"));
    } else {
      list("language", learned());
    }
  }

  /// The languages of what it was trained on.
  private List<String> learned() throws IOException {
    List<String> languages = new ArrayList<>();
    if (subject.run().isPresent()) {
      subject
          .run()
          .get()
          .dataset()
          .ifPresent(told -> told.path("languages").fieldNames().forEachRemaining(languages::add));
    }
    languages.remove(NOBODY_KNOWS);
    return languages;
  }

  private void library() throws IOException {
    String library =
        subject.kind() == CardSubject.Kind.ADAPTER
            ? "peft"
            : subject.weights() ? "transformers" : null;
    text("library_name", library);
    text("pipeline_tag", generates() ? "text-generation" : null);
  }

  private void text(String key, @Nullable String value) {
    if (existing.has(key)) {
      head.set(key, existing.get(key));
    } else if (value != null) {
      head.put(key, value);
    }
  }

  /// Whether it is a model that writes text.
  private boolean generates() throws IOException {
    Path config = (subject.base() == null ? subject.origin() : subject.base());
    Optional<ObjectNode> tree = JsonFile.object(config.resolve("config.json"), new Problems());
    if (tree.isPresent()) {
      for (JsonNode architecture : tree.get().path("architectures")) {
        if (architecture.asText().matches(".*(ForCausalLM|LMHeadModel)")) {
          return true;
        }
      }
      return false;
    }
    // Of models in GGUF those with a context that they fill themselves say so.
    return isGguf()
        && GgufFile.readHeader(subject.origin()).tensor("token_embd.weight") != null
        && metadata().bool("%s.attention.causal".formatted(architecture())).orElse(true);
  }

  private void base() throws IOException {
    List<String> bases = bases();
    if (bases.isEmpty()) {
      return;
    }
    if (bases.size() == 1) {
      head.put("base_model", bases.getFirst());
    } else {
      list("base_model", bases);
    }
    String relation =
        switch (subject.kind()) {
          case FINETUNE -> "finetune";
          case ADAPTER -> "adapter";
          case QUANTIZED -> "quantized";
          case MODEL -> null;
        };
    text("base_model_relation", relation);
  }

  private List<String> bases() throws IOException {
    if (options.baseModel() != null) {
      return List.of(options.baseModel());
    }
    // peft writes the folder on the machine that trained.
    List<String> written = new ArrayList<>();
    JsonNode value = existing.path("base_model");
    for (JsonNode id : value.isArray() ? value : List.of(value)) {
      if (isRepository(id.asText(""))) {
        written.add(id.asText());
      }
    }
    if (!written.isEmpty()) {
      return written;
    }
    Path base = subject.base();
    Optional<String> found = base == null ? Optional.empty() : HubIds.ofCache(base);
    if (found.isEmpty() && base != null) {
      found = named(base, "config.json", "_name_or_path");
    }
    if (found.isEmpty() && subject.kind() != CardSubject.Kind.MODEL && !isGguf()) {
      found = named(subject.origin(), "adapter_config.json", "base_model_name_or_path");
    }
    if (found.isEmpty()) {
      found = gguf("general.base_model.0.repo_url").flatMap(HubIds::ofUrl);
    }
    return found.map(List::of).orElse(List.of());
  }

  private static Optional<String> named(Path folder, String file, String key) throws IOException {
    return JsonFile.object(folder.resolve(file), new Problems())
        .map(tree -> tree.path(key).asText(""))
        .filter(CardHead::isRepository);
  }

  /// Whether a name is one of the Hub, and not that of a folder that looks like it.
  private static boolean isRepository(String name) {
    return HubIds.isOwned(name) && !Files.exists(Path.of(name));
  }

  private void datasets() {
    if (!options.datasets().isEmpty()) {
      list("datasets", options.datasets());
    } else if (existing.path("datasets").isArray() || existing.path("datasets").isTextual()) {
      head.set("datasets", existing.get("datasets"));
    }
  }

  private void tags() throws IOException {
    Set<String> tags = new LinkedHashSet<>();
    JsonNode written = existing.path("tags");
    for (JsonNode tag : written.isArray() ? written : List.of(written)) {
      if (tag.isTextual()) {
        tags.add(tag.textValue());
      }
    }
    tags.addAll(options.tags());
    String method = subject.run().map(run -> run.tree().at("/config/method").asText("")).orElse("");
    if (subject.kind() == CardSubject.Kind.ADAPTER || method.contains("lora")) {
      tags.add("lora");
    }
    if (!subject.files().isEmpty()) {
      tags.addAll(List.of("gguf", "llama-cpp"));
    }
    if (options.ollamaName() != null) {
      tags.add("ollama");
    }
    if (!ModelTemplates.read(subject.shown()).templates().isEmpty()) {
      tags.add("conversational");
    }
    list("tags", tags);
  }

  private void list(String key, Collection<String> values) {
    if (!values.isEmpty()) {
      ArrayNode list = head.putArray(key);
      values.forEach(list::add);
    }
  }

  private boolean isGguf() {
    return !Files.isDirectory(subject.origin());
  }

  private Metadata metadata() throws IOException {
    return GgufFile.readHeader(subject.origin()).metadata();
  }

  private String architecture() throws IOException {
    return gguf("general.architecture").orElse("");
  }

  private Optional<String> gguf(String key) throws IOException {
    return isGguf() ? metadata().string(key) : Optional.empty();
  }
}
