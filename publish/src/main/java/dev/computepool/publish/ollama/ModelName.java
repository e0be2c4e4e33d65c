package dev.computepool.publish.ollama;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The name of a model as Ollama writes it: `[host[:port]/][namespace/]model[:tag]`.
///
/// The spelling is kept; names that differ in case only are the same name to Ollama.
///
/// @param scheme `https`, or `http` if the name begins with it
/// @param host with its port, if it has one
/// @param namespace the account, or `library` for models that belong to nobody else
public record ModelName(String scheme, String host, String namespace, String model, String tag) {
  /// The registry of a name that names none.
  public static final String DEFAULT_HOST = "registry.ollama.ai";

  private static final String DEFAULT_NAMESPACE = "library";
  private static final String DEFAULT_TAG = "latest";

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349}");
  private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,79}");
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}");

  /// What a registry that follows the distribution specification takes as a part of a repository.
  private static final Pattern PLAIN = Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*");

  /// Hosts of Ollama's own registry, which has wider rules than others.
  private static final List<String> OLLAMA_HOSTS = List.of(DEFAULT_HOST, "r.ollama.ai");

  /// Where Ollama finds models of Hugging Face's Hub.
  private static final List<String> HUB_HOSTS = List.of("hf.co", "huggingface.co");

  public ModelName {
    List<String> wrong = new ArrayList<>();
    if (!scheme.equals("https") && !scheme.equals("http")) {
      wrong.add("scheme '%s' is neither https nor http".formatted(scheme));
    }
    check("host", host, HOST, wrong);
    check("namespace", namespace, NAMESPACE, wrong);
    check("model", model, PART, wrong);
    check("tag", tag, PART, wrong);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' is no name of a model: %s"
              .formatted(text(host, namespace, model, tag), String.join("; ", wrong)));
    }
  }

  private static void check(String what, String value, Pattern form, List<String> wrong) {
    if (form.matcher(value).matches()) {
      return;
    }
    String rule =
        form == NAMESPACE
            ? "up to 80 letters, digits, - and _, beginning with a letter, digit or _"
            : "up to %d letters, digits, -, _ and ., beginning with a letter, digit or _"
                .formatted(form == HOST ? 350 : 80);
    wrong.add(
        value.isEmpty() ? what + " is missing" : "%s '%s' is not %s".formatted(what, value, rule));
  }

  /// Reads a name; parts that are missing are Ollama's defaults.
  ///
  /// @throws IllegalArgumentException with all that is wrong with it
  public static ModelName parse(String text) {
    String rest = text.strip();
    String scheme = "https";
    int colons = rest.indexOf("://");
    if (colons >= 0) {
      scheme = rest.substring(0, colons).toLowerCase(Locale.ROOT);
      rest = rest.substring(colons + 3);
    }
    String tag = DEFAULT_TAG;
    if (rest.lastIndexOf(':') > rest.lastIndexOf('/')) {
      tag = rest.substring(rest.lastIndexOf(':') + 1);
      rest = rest.substring(0, rest.lastIndexOf(':'));
    }
    String[] parts = rest.split("/", -1);
    if (parts.length > 3) {
      throw new IllegalArgumentException(
          "'%s' is no name of a model: it has %d parts, at most host/namespace/model are possible"
              .formatted(text.strip(), parts.length));
    }
    String model = parts[parts.length - 1];
    String namespace = parts.length > 1 ? parts[parts.length - 2] : DEFAULT_NAMESPACE;
    String host = parts.length > 2 ? parts[0] : DEFAULT_HOST;
    return new ModelName(scheme, host, namespace, model, tag);
  }

  /// The same model under another tag.
  public ModelName withTag(String other) {
    return new ModelName(scheme, host, namespace, model, other);
  }

  /// The same model at another registry.
  public ModelName withHost(String otherScheme, String other) {
    return new ModelName(otherScheme, other, namespace, model, tag);
  }

  /// The repository in a registry: `namespace/model`.
  public String repository() {
    return namespace + "/" + model;
  }

  /// Whether this is a model of Ollama's own registry.
  public boolean isAtOllama() {
    return OLLAMA_HOSTS.contains(host.toLowerCase(Locale.ROOT));
  }

  /// Checks that a model can be pushed under this name.
  ///
  /// @throws IllegalArgumentException with what is wrong with it
  public ModelName requirePublishable() {
    if (isAtOllama() && namespace.equalsIgnoreCase(DEFAULT_NAMESPACE)) {
      throw new IllegalArgumentException(
          "'%s' has no account in front; a model is published as USER/%s".formatted(model, model));
    }
    if (HUB_HOSTS.contains(host.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "%s only gives models out to Ollama; what is published there is a repository of the Hub"
              .formatted(host));
    }
    if (!isAtOllama() && !(PLAIN.matcher(namespace).matches() && PLAIN.matcher(model).matches())) {
      throw new IllegalArgumentException(
          ("'%s' cannot be a repository of %s: such registries take lower-case letters and digits"
                  + " with single . _ or - between them, such as %s")
              .formatted(repository(), host, suggestion()));
    }
    return this;
  }

  private String suggestion() {
    return (plain(namespace) + "/" + plain(model));
  }

  private static String plain(String part) {
    String plain = part.toLowerCase(Locale.ROOT).replaceAll("[._-]*([._-])[._-]*", "$1");
    return plain.replaceAll("^[._-]+|[._-]+$", "");
  }

  /// As short as Ollama shows it: defaults of host and namespace are left out.
  public String display() {
    String name = namespace.equals(DEFAULT_NAMESPACE) ? model : repository();
    return (host.equals(DEFAULT_HOST) ? name : host + "/" + repository()) + ":" + tag;
  }

  /// With all parts but the scheme.
  @Override
  public String toString() {
    return text(host, namespace, model, tag);
  }

  private static String text(String host, String namespace, String model, String tag) {
    return host + "/" + namespace + "/" + model + ":" + tag;
  }
}
