package dev.computepool.publish.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.convert.JsonFile;
import dev.computepool.convert.Problems;
import dev.computepool.gguf.GgufFile;
import dev.computepool.gguf.Metadata;
import dev.computepool.publish.source.RunFacts;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
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

  /// Keys that are left out where nothing is known, or that belong to another one's value.
  private static final Set<String> DECIDED =
      Set.of("license_name", "license_link", "base_model", "base_model_relation");

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
    card.index();
    // What the authors wrote besides stays.
    for (Map.Entry<String, JsonNode> key : existing.properties()) {
      if (!card.head.has(key.getKey()) && !DECIDED.contains(key.getKey())) {
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
    if (!takeLicense(existing) && !takeLicense(baseCard())) {
      gguf("general.license")
          .map(id -> id.toLowerCase(Locale.ROOT))
          .filter(FrontMatter::isLicense) // elsewhere it is often a sentence
          .ifPresent(id -> head.put("license", id));
    }
  }

  /// Takes over what a card says of its licence.
  ///
  /// @return whether it says anything
  private boolean takeLicense(ObjectNode stated) {
    if (!stated.has("license")) {
      return false;
    }
    for (String key : LICENSE) {
      if (stated.has(key)) {
        head.set(key, stated.get(key));
      }
    }
    return true;
  }

  /// The head of the card of the model that this one was made of, if it can be read: it is not for
  /// the user to mend.
  private ObjectNode baseCard() throws IOException {
    Path base = subject.base();
    Path file = base == null ? null : base.resolve(Card.FILE);
    if (file != null && Files.isRegularFile(file)) {
      try {
        FrontMatter card = FrontMatter.read(file);
        if (card.problems().stream().noneMatch(problem -> problem.at().equals("license"))) {
          return card.keys();
        }
      } catch (FormatException _) {
        return JsonNodeFactory.instance.objectNode();
      }
    }
    return JsonNodeFactory.instance.objectNode();
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
    Optional<String> found =
        options.baseModel() != null ? Optional.of(options.baseModel()) : known();
    if (found.isPresent()) {
      head.put("base_model", found.get());
      relation().ifPresent(relation -> head.put("base_model_relation", relation));
      return;
    }
    // What the authors wrote, and as what: of a model in fewer bits it is not the model itself.
    List<String> written = written();
    if (written.size() == 1) {
      head.put("base_model", written.getFirst());
    } else {
      list("base_model", written);
    }
    if (!written.isEmpty()) {
      boolean own = subject.kind() == CardSubject.Kind.QUANTIZED;
      text("base_model_relation", own ? null : relation().orElse(null));
    }
  }

  private Optional<String> relation() {
    return switch (subject.kind()) {
      case FINETUNE -> Optional.of("finetune");
      case ADAPTER -> Optional.of("adapter");
      case QUANTIZED -> Optional.of("quantized");
      case MODEL -> Optional.ofNullable(existing.get("base_model_relation")).map(JsonNode::asText);
    };
  }

  /// What it was made of, as far as files are certain of it: the folder of a repository in the
  /// cache of Hugging Face's tools, or what an adapter says it was trained for.
  private Optional<String> known() throws IOException {
    Path made =
        switch (subject.kind()) {
          case QUANTIZED -> isGguf() ? null : subject.origin();
          case FINETUNE, ADAPTER -> subject.base();
          case MODEL -> null;
        };
    Optional<String> found = made == null ? Optional.empty() : HubIds.ofCache(made);
    return found.isPresent()
        ? found
        : named(subject.origin(), "adapter_config.json", "base_model_name_or_path");
  }

  /// What the source's own card names; peft writes the folder on the machine that trained.
  private List<String> written() {
    List<String> written = new ArrayList<>();
    JsonNode value = existing.path("base_model");
    for (JsonNode id : value.isArray() ? value : List.of(value)) {
      if (isRepository(id.asText(""))) {
        written.add(id.asText());
      }
    }
    return written;
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
    subject.run().ifPresent(run -> tags.addAll(trainer(run.tree().path("runtime").asText())));
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

  /// What the libraries that trained call what they trained; by these words it is searched for.
  private static List<String> trainer(String runtime) {
    return switch (runtime) {
      case "transformers" -> List.of("generated_from_trainer");
      case "trl" -> List.of("generated_from_trainer", "trl", "sft");
      case "unsloth" -> List.of("generated_from_trainer", "unsloth", "trl", "sft");
      case "axolotl" -> List.of("generated_from_trainer", "axolotl");
      default -> List.of(); // ours, or a program that nobody knows
    };
  }

  /// What was measured on the examples that were set aside, if the dataset that they were a part of
  /// has a name for others: without one the number says nothing to them.
  private void index() {
    JsonNode datasets = head.path("datasets");
    Optional<RunFacts> run = subject.run();
    if (existing.has("model-index")
        || datasets.size() != 1
        || run.isEmpty()
        || run.get().validationLoss().isEmpty()
        || run.get().tree().at("/config/input/validation").isTextual()) {
      return;
    }
    String dataset = datasets.get(0).asText();
    double loss = run.get().validationLoss().getLast().value();
    ObjectNode model = head.putArray("model-index").addObject();
    model.put("name", options.title());
    ObjectNode result = model.putArray("results").addObject();
    ObjectNode task = result.putObject("task");
    task.put("type", "text-generation");
    ObjectNode data = result.putObject("dataset");
    data.put("name", dataset + ", examples set aside").put("type", dataset);
    ArrayNode metrics = result.putArray("metrics");
    metrics.addObject().put("type", "loss").put("value", rounded(loss));
    metrics.addObject().put("type", "perplexity").put("value", rounded(Math.exp(loss)));
  }

  /// As the text has it.
  private static BigDecimal rounded(double value) {
    return BigDecimal.valueOf(value).setScale(4, RoundingMode.HALF_EVEN);
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
