package dev.computepool.publish.ollama;

import dev.computepool.chat.Message;
import dev.computepool.hash.Digest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is published: weights, and what goes with them.
///
/// @param weights a whole model
/// @param adapters LoRAs, which Ollama applies when it loads the model
/// @param projectors what turns images into embeddings
/// @param template in Go's template language; null leaves the choice to Ollama and the weights' own
/// @param licenses texts
/// @param messages with which each conversation begins
/// @param renderer one of Ollama's own renderers, in place of a template
/// @param parser one of Ollama's own parsers of answers
/// @param requires the oldest version of Ollama that runs it, such as `0.30.0`
public record Model(
    Gguf weights,
    List<Gguf> adapters,
    List<Gguf> projectors,
    @Nullable String template,
    @Nullable String system,
    Params params,
    List<String> licenses,
    List<Message> messages,
    @Nullable String renderer,
    @Nullable String parser,
    @Nullable String requires) {

  /// A GGUF file.
  ///
  /// @param sha256 of the whole file, from whoever wrote it just now; null if it is to be hashed
  public record Gguf(Path file, @Nullable Digest sha256) {}

  public Model {
    adapters = List.copyOf(adapters);
    projectors = List.copyOf(projectors);
    licenses = List.copyOf(licenses);
    messages = List.copyOf(messages);
  }

  /// Begins with weights alone.
  public static Builder of(Path weights) {
    return new Builder(new Gguf(weights, null));
  }

  /// Begins with weights whose digest is known.
  public static Builder of(Gguf weights) {
    return new Builder(weights);
  }

  /// Collects what goes with the weights.
  public static final class Builder {
    private final Gguf weights;
    private final List<Gguf> adapters = new ArrayList<>();
    private final List<Gguf> projectors = new ArrayList<>();
    private final List<String> licenses = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private Params params = Params.NONE;
    private @Nullable String template;
    private @Nullable String system;
    private @Nullable String renderer;
    private @Nullable String parser;
    private @Nullable String requires;

    private Builder(Gguf weights) {
      this.weights = weights;
    }

    public Builder adapter(Gguf adapter) {
      adapters.add(adapter);
      return this;
    }

    public Builder projector(Gguf projector) {
      projectors.add(projector);
      return this;
    }

    public Builder template(@Nullable String text) {
      template = text;
      return this;
    }

    public Builder system(@Nullable String text) {
      system = text;
      return this;
    }

    public Builder params(Params values) {
      params = values;
      return this;
    }

    public Builder license(String text) {
      licenses.add(text);
      return this;
    }

    public Builder message(Message message) {
      messages.add(message);
      return this;
    }

    public Builder renderer(@Nullable String name) {
      renderer = name;
      return this;
    }

    public Builder parser(@Nullable String name) {
      parser = name;
      return this;
    }

    public Builder requires(@Nullable String version) {
      requires = version;
      return this;
    }

    public Model build() {
      return new Model(
          weights,
          adapters,
          projectors,
          template,
          system,
          params,
          licenses,
          messages,
          renderer,
          parser,
          requires);
    }
  }
}
