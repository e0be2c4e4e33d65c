package dev.computepool.publish.ollama;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a model gets to a registry, and why this way.
///
/// @param reasons what was decided on, for the user to read
public record Road(Way way, List<String> reasons) {
  /// A way to a registry.
  public enum Way {
    /// We push: no Ollama is needed, and the bytes stay as they are.
    REGISTRY,
    /// Ollama's server on this machine pushes, with a key that only it may read. It writes the GGUF
    /// anew, so that its digest is another one than elsewhere.
    DAEMON,
    /// Nobody can push: a Modelfile is written, and the commands that use it are told.
    MODELFILE
  }

  /// What is known before the decision.
  ///
  /// @param name where the model is to go
  /// @param key what was found of the user's keys
  /// @param password whether there are credentials for another registry than Ollama's
  /// @param daemon the version of a server that answers here
  public record Facts(
      ModelName name, KeySearch.Found key, boolean password, Optional<String> daemon) {}

  public Road {
    reasons = List.copyOf(reasons);
  }

  /// Decides. Nothing is asked and nothing is changed.
  public static Road of(Facts facts) {
    List<String> reasons = new ArrayList<>();
    if (!facts.name().isAtOllama()) {
      reasons.add(
          "%s is not Ollama's own registry: it is spoken to directly, %s"
              .formatted(
                  facts.name().host(),
                  facts.password()
                      ? "with the credentials that are set"
                      : "with the Ollama key if it asks for one"));
      return new Road(Way.REGISTRY, reasons);
    }
    switch (facts.key()) {
      case KeySearch.Found.Usable(var file, var key) -> {
        reasons.add("the key %s can sign (%s)".formatted(file, key.publicLine()));
        return new Road(Way.REGISTRY, reasons);
      }
      case KeySearch.Found.OnlyService(var file) ->
          reasons.add("the only key is %s, which belongs to Ollama's service".formatted(file));
      case KeySearch.Found.None(var expected) ->
          reasons.add("there is no key; yours would be %s".formatted(expected));
    }
    if (facts.daemon().isPresent()) {
      reasons.add(
          "Ollama %s answers here and can push with its own key; it writes the GGUF anew"
              .formatted(facts.daemon().get()));
      return new Road(Way.DAEMON, reasons);
    }
    reasons.add("no Ollama answers here");
    return new Road(Way.MODELFILE, reasons);
  }
}
