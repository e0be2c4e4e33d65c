package dev.computepool.publish.ollama;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.base.Progress;
import dev.computepool.chat.Message;
import dev.computepool.hash.Digest;
import dev.computepool.publish.ollama.Model.Gguf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A model as Ollama keeps it: manifest, config and layers. Equal models give equal bytes: there is
/// no time and no chance in them.
///
/// @param config the config's bytes
/// @param layers in the order of the manifest
public record Image(Model model, Manifest manifest, Blob config, List<Layer> layers) {
  public Image {
    layers = List.copyOf(layers);
  }

  /// Reads the headers of a model's files, hashes them, and makes the rest.
  ///
  /// @throws FormatException if a file cannot be what it is to be
  public static Image of(Model model, Progress progress) throws IOException {
    GgufFacts facts = GgufFacts.read(model.weights().file(), LayerKind.MODEL);
    Set<String> families = new LinkedHashSet<>(List.of(facts.architecture()));
    for (Gguf projector : model.projectors()) {
      families.add(GgufFacts.read(projector.file(), LayerKind.PROJECTOR).architecture());
    }
    for (Gguf adapter : model.adapters()) {
      requireFor(facts, adapter.file());
    }
    List<Layer> layers = new ArrayList<>();
    addFile(layers, LayerKind.MODEL, model.weights(), progress);
    for (Gguf projector : model.projectors()) {
      addFile(layers, LayerKind.PROJECTOR, projector, progress);
    }
    for (Gguf adapter : model.adapters()) {
      addFile(layers, LayerKind.ADAPTER, adapter, progress);
    }
    if (model.template() != null) {
      addText(layers, LayerKind.TEMPLATE, model.template());
    }
    if (model.system() != null) {
      addText(layers, LayerKind.SYSTEM, model.system());
    }
    if (!model.params().isEmpty()) {
      addText(layers, LayerKind.PARAMS, model.params().json() + "\n");
    }
    if (!model.messages().isEmpty()) {
      addText(layers, LayerKind.MESSAGES, messages(model.messages()) + "\n");
    }
    model.licenses().forEach(license -> addText(layers, LayerKind.LICENSE, license));
    Blob config = text(config(model, facts, families) + "\n");
    return new Image(model, Manifest.of(config, layers), config, layers);
  }

  private static void requireFor(GgufFacts weights, Path adapter) throws IOException {
    String architecture = GgufFacts.read(adapter, LayerKind.ADAPTER).architecture();
    if (!architecture.equals(weights.architecture())) {
      throw new FormatException(
          adapter.toString(),
          new Problem(
              "",
              "adapts models of architecture %s, this one is %s"
                  .formatted(architecture, weights.architecture())));
    }
  }

  private static void addFile(List<Layer> layers, LayerKind kind, Gguf gguf, Progress progress)
      throws IOException {
    layers.add(new Layer(kind, Blob.of(gguf.file(), gguf.sha256(), progress)));
  }

  private static void addText(List<Layer> layers, LayerKind kind, String content) {
    layers.add(new Layer(kind, text(content)));
  }

  private static Blob text(String content) {
    return Blob.of(content.getBytes(StandardCharsets.UTF_8));
  }

  private static ArrayNode messages(List<Message> messages) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Message message : messages) {
      array.addObject().put("role", message.role().label()).put("content", message.content());
    }
    return array;
  }

  /// In the order of Ollama's own structure, so that equal models have equal digests.
  private static ObjectNode config(Model model, GgufFacts facts, Set<String> families) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("model_format", "gguf").put("model_family", facts.architecture());
    families.forEach(family -> config.withArray("model_families").add(family));
    config.put("model_type", facts.parameterText()).put("file_type", facts.fileType());
    if (model.renderer() != null) {
      config.put("renderer", model.renderer());
    }
    if (model.parser() != null) {
      config.put("parser", model.parser());
    }
    if (model.requires() != null) {
      config.put("requires", model.requires());
    }
    // Whatever the machine is: the distribution format wants something, and Ollama writes this.
    return config.put("architecture", "amd64").put("os", "linux");
  }

  /// Every blob once: the layers in their order, then the config.
  public List<Blob> blobs() {
    Map<Digest, Blob> once = new LinkedHashMap<>();
    layers.forEach(layer -> once.putIfAbsent(layer.blob().digest(), layer.blob()));
    once.putIfAbsent(config.digest(), config);
    return List.copyOf(once.values());
  }

  /// The config as text.
  public String configText() {
    return switch (config.content()) {
      case Blob.Content.Bytes bytes -> new String(bytes.bytes(), StandardCharsets.UTF_8);
      case Blob.Content.InFile file ->
          throw new IllegalStateException("a config in a file: " + file);
    };
  }

  /// Bytes of all blobs, each counted once.
  public long totalBytes() {
    return blobs().stream().mapToLong(Blob::size).sum();
  }
}
