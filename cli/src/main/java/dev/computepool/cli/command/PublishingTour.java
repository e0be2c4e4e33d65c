package dev.computepool.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.computepool.base.ByteSize;
import dev.computepool.cli.LlamaOptions;
import dev.computepool.cli.net.Network;
import dev.computepool.cli.term.Characters;
import dev.computepool.llama.measure.TextGenerator;
import dev.computepool.llama.worker.LlamaWorker;
import dev.computepool.publish.gotemplate.GoTemplateException;
import dev.computepool.publish.gotemplate.OllamaInput;
import dev.computepool.publish.gotemplate.OllamaTemplate;
import dev.computepool.publish.http.Http;
import dev.computepool.publish.ollama.Descriptor;
import dev.computepool.publish.ollama.LayerKind;
import dev.computepool.publish.ollama.Manifest;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.registry.Credentials;
import dev.computepool.publish.ollama.registry.OllamaPull;
import dev.computepool.publish.ollama.registry.PullPlan;
import dev.computepool.publish.ollama.registry.RegistryOptions;
import dev.computepool.publish.ollama.store.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What the tour shows at its end: the run that it made goes to a registry and into a folder of
/// Ollama's, comes back, and says the same.
final class PublishingTour {
  private static final String NAME = "tour/kettle";
  private static final String TAG = "q8_0";

  private final Tour tour;
  private final Path run;
  private final List<String> messages;
  private final int tokens;

  /// @param run the folder of the run that is published
  /// @param messages what the system says, and what the user asks
  /// @param tokens of an answer, at most
  PublishingTour(Tour tour, Path run, List<String> messages, int tokens) {
    this.tour = tour;
    this.run = run;
    this.messages = messages;
    this.tokens = tokens;
  }

  /// Publishes.
  ///
  /// @param expected what the model answered before
  void take(String expected) throws IOException {
    Path models = tour.at("ollama");
    Path pulled = tour.at("pulled");
    try (SampleRegistry registry = SampleRegistry.open(tour.at("registry"))) {
      String[] publish = {
        "publish",
        run.toString(),
        "--name",
        "kettle",
        "--quant",
        TAG,
        "--ollama",
        NAME,
        "--install",
        "--registry",
        "http://" + registry.host()
      };
      Map<String, String> folder = Map.of("OLLAMA_MODELS", models.toString());
      tour.run(
          "All of it in one command: merge, convert, write card and Modelfile; then to a registry,"
              + " which this tour is to itself, and into a folder of Ollama's.",
          folder,
          publish);
      tour.run("Again: nothing has changed, so nothing is done.", folder, publish);
      ModelName name = ModelName.parse("http://" + registry.host() + "/" + NAME + ":" + TAG);
      String purpose = "Pull it back from the registry, each byte verified.";
      tour.tell(purpose);
      pull(name, new LocalStore(pulled), purpose);
      compare(new LocalStore(models), new LocalStore(pulled), name);
      ask(new LocalStore(pulled), name, expected);
    }
  }

  private void pull(ModelName name, LocalStore store, String purpose) throws IOException {
    try (Http http =
        Http.open(Network.http(tour.context(), tour.output()), tour.progress().cancellation())) {
      RegistryOptions options =
          RegistryOptions.standard(new Credentials.Anonymous()).withInsecure(true);
      OllamaPull pull = new OllamaPull(http, options);
      PullPlan plan = pull.plan(name, store);
      pull.run(plan, tour.progress());
      tour.show(
          purpose,
          null,
          "%s: %d blobs, %s"
              .formatted(name.display(), plan.missing().size(), ByteSize.format(plan.bytes())));
    }
  }

  /// The folder of Ollama's has the very manifest that came back.
  private static void compare(LocalStore installed, LocalStore pulled, ModelName name)
      throws IOException {
    Manifest here = installed.manifest(ModelName.parse(NAME + ":" + TAG)).orElseThrow();
    Manifest there = pulled.manifest(name).orElseThrow();
    if (!here.equals(there)) {
      throw new IOException(
          "what was pulled is %s, and what was installed %s"
              .formatted(there.digest(), here.digest()));
    }
  }

  /// Asks through the template that Ollama was given, as Ollama would.
  private void ask(LocalStore store, ModelName name, String expected) throws IOException {
    Manifest manifest = store.manifest(name).orElseThrow();
    Path weights = store.blob(layer(manifest, LayerKind.MODEL).digest());
    Path template = store.blob(layer(manifest, LayerKind.TEMPLATE).digest());
    String purpose = "Ask what came back, through the template that Ollama was given.";
    tour.tell(purpose);
    String prompt = prompt(Files.readString(template));
    try (LlamaWorker worker = LlamaOptions.start(LlamaOptions.files(tour.context()))) {
      String answer = TextGenerator.answer(worker, weights, prompt, tokens, 1, tour.progress());
      List<String> lines = answer.strip().lines().map(Characters::visible).toList();
      tour.show(purpose, null, String.join("\n", lines));
      if (!answer.equals(expected)) {
        throw new IOException("the model says something else than before it was published");
      }
      tour.note("the same, to the last character");
    }
  }

  private String prompt(String template) throws IOException {
    ArrayNode turns = JsonNodeFactory.instance.arrayNode();
    turns.addObject().put("role", "system").put("content", messages.getFirst());
    turns.addObject().put("role", "user").put("content", messages.getLast());
    try {
      return OllamaTemplate.parse("template", template).render(OllamaInput.of(turns));
    } catch (GoTemplateException e) {
      throw new IOException("the template that was published is none: " + e.getMessage(), e);
    }
  }

  private static Descriptor layer(Manifest manifest, LayerKind kind) {
    return manifest.layers().stream()
        .filter(layer -> layer.mediaType().equals(kind.mediaType()))
        .findFirst()
        .orElseThrow();
  }
}
