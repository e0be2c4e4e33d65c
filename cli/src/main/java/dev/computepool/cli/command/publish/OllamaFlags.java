package dev.computepool.cli.command.publish;

import dev.computepool.cli.UsageException;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import dev.computepool.publish.Destination;
import dev.computepool.publish.OllamaRoad;
import dev.computepool.publish.TemplateChoice;
import dev.computepool.publish.ollama.ModelName;
import dev.computepool.publish.ollama.Road;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a model is published for Ollama, and what Ollama is told of it.
@Under(OptionHeading.OLLAMA)
final class OllamaFlags {
  @Under(OptionHeading.PLACES)
  @Option(
      names = "--ollama",
      paramLabel = "USER/NAME[:TAG]",
      description = "A model of Ollama's registry; without a tag each type gets its own.")
  private @Nullable String model;

  @Under(OptionHeading.PLACES)
  @Option(names = "--skip-ollama", description = "Leave Ollama out, though --ollama names a model.")
  private boolean skip;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description = "The address of another registry than Ollama's, with its http or https.")
  private @Nullable String registry;

  @Option(
      names = "--insecure",
      description = "Speak http to a registry that is on another machine.")
  private boolean insecure;

  @Option(
      names = "--install",
      description = "Put the model of --ollama into Ollama's folder here, instead of its registry.")
  private boolean install;

  @Option(
      names = "--ollama-key",
      paramLabel = "FILE",
      description = "The key that is linked to your account; default: ~/.ollama/id_ed25519.")
  private @Nullable Path key;

  @Under(OptionHeading.STEPS)
  @Option(
      names = "--modelfile-only",
      description = "Make the files and the Modelfile, and send nothing anywhere.")
  private boolean modelfileOnly;

  @Option(
      names = "--template",
      paramLabel = "FILE",
      description = "A Go template of your own, instead of one that is made of the model's.")
  private @Nullable Path template;

  @Option(
      names = "--no-template",
      description = "No Go template: Ollama 0.30 and later render the model's own.")
  private boolean noTemplate;

  @Nullable Path key() {
    return key;
  }

  boolean modelfileOnly() {
    return modelfileOnly;
  }

  /// The name that cards speak of, also if Ollama is left out this time.
  @Nullable String name() {
    return model == null ? null : ModelName.parse(model).display().replaceFirst(":latest$", "");
  }

  TemplateChoice template() throws UsageException {
    if (template != null && noTemplate) {
      throw new UsageException("--template and --no-template exclude each other");
    }
    if (template != null) {
      return new TemplateChoice.Written(template);
    }
    return noTemplate ? new TemplateChoice.Own() : new TemplateChoice.Proven();
  }

  List<Destination> destinations(Connections connections) throws IOException {
    if (model == null) {
      String flag = registry != null ? "--registry" : install ? "--install" : null;
      if (flag != null) {
        throw new UsageException(flag + " needs a name", "--ollama USER/NAME says it");
      }
      return List.of();
    }
    if (skip || modelfileOnly) {
      return List.of();
    }
    ModelName name = ModelName.parse(model);
    boolean tagged = model.lastIndexOf(':') > model.lastIndexOf('/');
    List<Destination> destinations = new ArrayList<>();
    if (install) {
      destinations.add(new Destination.OllamaModel(name, tagged, connections.store()));
    }
    if (registry != null) {
      destinations.add(at(name, tagged, registry, insecure));
    } else if (!install) {
      destinations.add(new Destination.OllamaModel(name, tagged, road(name, connections)));
    }
    return destinations;
  }

  private static Destination at(ModelName name, boolean tagged, String url, boolean insecure)
      throws UsageException {
    String text = url.strip().replaceFirst("/+$", "");
    if (!text.matches("(?i)https?://[^/\\s@?#]+")) {
      throw new UsageException(
          "--registry '%s' is no address: it wants http:// or https://, a host, and perhaps a port"
              .formatted(url));
    }
    String scheme = text.substring(0, text.indexOf(':')).toLowerCase(Locale.ROOT);
    ModelName there = name.withHost(scheme, text.substring(text.indexOf("//") + 2));
    return new Destination.OllamaModel(there, tagged, new OllamaRoad.Registry(insecure));
  }

  private OllamaRoad road(ModelName name, Connections connections) throws IOException {
    Road road = Road.of(facts(name, connections));
    connections.tell(road);
    return switch (road.way()) {
      case REGISTRY -> new OllamaRoad.Registry(insecure);
      case DAEMON -> new OllamaRoad.Server(insecure);
      case MODELFILE ->
          throw new UsageException(
              "nobody here can push to Ollama's registry: " + String.join("; ", road.reasons()),
              "'ssh-keygen -t ed25519 -N \"\" -f ~/.ollama/id_ed25519' makes a key, and"
                  + " https://ollama.com/settings/keys links it; --modelfile-only makes what"
                  + " 'ollama create' and 'ollama push' take, --install puts it into Ollama's"
                  + " folder here");
    };
  }

  private static Road.Facts facts(ModelName name, Connections connections) throws IOException {
    Road.Facts facts =
        new Road.Facts(name, connections.key(), connections.hasPassword(), Optional.empty());
    // A server is asked for only where there is no other way.
    return Road.of(facts).way() == Road.Way.REGISTRY
        ? facts
        : new Road.Facts(name, facts.key(), facts.password(), connections.server());
  }
}
