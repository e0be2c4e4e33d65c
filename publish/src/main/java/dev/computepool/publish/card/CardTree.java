package dev.computepool.publish.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.ByteSize;
import dev.computepool.base.Durations;
import dev.computepool.chat.template.ChatInput;
import dev.computepool.chat.template.ChatTemplate;
import dev.computepool.chat.template.ModelTemplates;
import dev.computepool.chat.template.TemplateException;
import dev.computepool.publish.source.RunFacts;
import dev.computepool.publish.source.RunFacts.Point;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The facts that a template of a card can speak of, as a tree. A key without a value is not there.
final class CardTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private CardTree() {}

  static ObjectNode of(
      CardSubject subject, CardOptions options, ObjectNode head, @Nullable String plot)
      throws IOException {
    ObjectNode tree = NODES.objectNode();
    tree.put("title", options.title());
    tree.put("kind", subject.kind().name().toLowerCase(Locale.ROOT));
    put(tree, "hub_id", options.hubId());
    put(tree, "ollama_name", options.ollamaName());
    tree.set("head", head);
    tree.put("weights", subject.weights());
    String base = head.path("base_model").asText("");
    put(tree, "base_model", base.isEmpty() ? null : base);
    ArrayNode files = tree.putArray("files");
    for (CardSubject.GgufLine file : subject.files()) {
      files
          .addObject()
          .put("name", cell(file.name()))
          .put("type", file.type())
          .put("bytes", file.bytes())
          .put("size", ByteSize.format(file.bytes()))
          .put("sha256", file.sha256().hex());
    }
    prompt(subject.shown()).ifPresent(text -> prompt(tree.putObject("prompt"), text));
    if (subject.run().isPresent()) {
      run(tree.putObject("run"), subject.run().get());
    }
    put(tree, "plot", plot);
    return tree;
  }

  private static void put(ObjectNode tree, String key, @Nullable String value) {
    if (value != null) {
      tree.put(key, value);
    }
  }

  /// A text that can stand in a cell of a table.
  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("\\R", " ");
  }

  // What was said

  private static void prompt(ObjectNode tree, String text) {
    String fence = "```";
    while (text.contains(fence)) {
      fence += "`";
    }
    tree.put("fence", fence);
    tree.put("text", text);
  }

  /// What the model sees of a system's and a user's words, or of the user's alone where its
  /// template knows no system.
  private static Optional<String> prompt(Path model) throws IOException {
    ModelTemplates templates = ModelTemplates.read(model);
    Optional<String> name = templates.choose(null, false);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      ChatTemplate template =
          ChatTemplate.parse(templates.place(name.get()), templates.source(name.get()));
      Optional<String> both = rendered(template, templates.tokens(), true);
      return both.isPresent() ? both : rendered(template, templates.tokens(), false);
    } catch (TemplateException e) {
      return Optional.empty(); // whoever needs the template says what is wrong with it
    }
  }

  private static Optional<String> rendered(
      ChatTemplate template, Map<String, String> tokens, boolean system) {
    ArrayNode messages = NODES.arrayNode();
    if (system) {
      messages.addObject().put("role", "system").put("content", "{system}");
    }
    messages.addObject().put("role", "user").put("content", "{prompt}");
    try {
      ChatInput input = ChatInput.of(messages).withTexts(tokens).withGenerationPrompt(true);
      String text = template.render(input).text();
      return system && !text.contains("{system}") ? Optional.empty() : Optional.of(text);
    } catch (TemplateException e) {
      return Optional.empty();
    }
  }

  // What a run wrote down

  private static void run(ObjectNode tree, RunFacts run) throws IOException {
    JsonNode facts = run.tree();
    tree.put("name", cell(run.name()));
    tree.put("status", run.status());
    copy(facts, "version", tree, "version");
    copy(facts, "runtime", tree, "runtime");
    copy(facts, "started_at", tree, "started_at");
    copy(facts, "steps", tree, "steps");
    copy(facts, "step", tree, "step");
    copy(facts, "epoch", tree, "epoch");
    copy(facts.path("config"), "method", tree, "method");
    if (facts.path("elapsed_s").isNumber()) {
      long millis = Math.round(facts.get("elapsed_s").asDouble() * 1000);
      tree.put("time", Durations.format(Duration.ofMillis(millis)));
    }
    copy(facts.path("model"), "parameters", tree, "parameters");
    copy(facts.path("model"), "trainable_parameters", tree, "trainable_parameters");
    settings(tree.putArray("settings"), facts.path("config"));
    losses(tree, run);
    machine(tree, facts.path("machine"));
    data(tree, run);
  }

  private static void copy(JsonNode from, String key, ObjectNode to, String name) {
    JsonNode value = from.get(key);
    if (value != null && !value.isNull()) {
      to.set(name, value.isTextual() ? NODES.textNode(cell(value.textValue())) : value);
    }
  }

  /// What decides how a model learns; nothing that names a place on a machine.
  private static void settings(ArrayNode list, JsonNode config) {
    for (String group : List.of("training", "lora")) {
      for (Map.Entry<String, JsonNode> key : config.path(group).properties()) {
        JsonNode value = key.getValue();
        if (value.isNull() || value.isObject()) {
          continue;
        }
        String text =
            value.isFloatingPointNumber()
                ? value.decimalValue().stripTrailingZeros().toPlainString()
                : value.asText();
        if (value.isArray()) {
          StringBuilder items = new StringBuilder();
          value.forEach(item -> items.append(items.isEmpty() ? "" : ", ").append(item.asText()));
          text = items.toString();
        }
        list.addObject().put("name", group + "." + cell(key.getKey())).put("value", cell(text));
      }
    }
  }

  private static void losses(ObjectNode tree, RunFacts run) {
    if (!run.loss().isEmpty()) {
      tree.put("first_loss", number(run.loss().getFirst().value()));
      tree.put("last_loss", number(run.loss().getLast().value()));
    }
    List<Point> validation = run.validationLoss();
    if (!validation.isEmpty()) {
      double last = validation.getLast().value();
      tree.put("last_validation_loss", number(last));
      tree.put("perplexity", number(Math.exp(last)));
      double best = validation.stream().mapToDouble(Point::value).min().orElseThrow();
      tree.put("best_validation_loss", number(best));
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static void machine(ObjectNode tree, JsonNode machine) {
    if (machine.path("processors").isInt() && machine.path("arch").isTextual()) {
      String memory =
          machine.path("memory_bytes").canConvertToLong()
              ? ", " + ByteSize.format(machine.get("memory_bytes").asLong()) + " of memory"
              : "";
      tree.put(
          "machine",
          "%d processors (%s)%s"
              .formatted(machine.get("processors").asInt(), machine.get("arch").asText(), memory));
    }
  }

  private static void data(ObjectNode tree, RunFacts run) throws IOException {
    JsonNode dataset = run.tree().path("dataset");
    if (!dataset.isObject()) {
      return;
    }
    ObjectNode data = tree.putObject("data");
    copy(dataset, "training_examples", data, "training_examples");
    copy(dataset, "validation_examples", data, "validation_examples");
    JsonNode training = dataset.path("training");
    copy(training, "tokens", data, "tokens");
    copy(training, "sha256", data, "sha256");
    String path = training.path("path").asText("");
    if (!path.isEmpty()) {
      data.put("file", cell(path.substring(path.replace('\\', '/').lastIndexOf('/') + 1)));
    }
    run.dataset().ifPresent(report -> source(data, report));
  }

  private static void source(ObjectNode data, ObjectNode report) {
    data.put("sources", report.path("sources").size());
    copy(report, "documents", data, "documents");
    counts(data.putArray("languages"), report.path("languages"));
    counts(data.putArray("licences"), report.path("licences"));
  }

  private static void counts(ArrayNode list, JsonNode counts) {
    for (Map.Entry<String, JsonNode> count : counts.properties()) {
      list.addObject().put("name", cell(count.getKey())).put("examples", count.getValue().asLong());
    }
  }
}
