package dev.computepool.cli.command.train;

import dev.computepool.cli.Context;
import dev.computepool.cli.NotAuthorisedException;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.config.InfernetFile;
import dev.computepool.cli.config.OtherVariable;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.search.Brave;
import dev.computepool.crawl.search.Infernet;
import dev.computepool.crawl.search.SearchService;
import dev.computepool.crawl.search.SearxNg;
import dev.computepool.crawl.search.Serper;
import dev.computepool.crawl.search.ValueSerp;
import dev.computepool.identity.SigningKey;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;

/// The search services by name, with their keys from the environment or the settings.
final class SearchServices {
  private SearchServices() {}

  /// @param place where it is; empty for its public address
  /// @param set the key among the settings; empty if there is none for this service
  /// @throws UsageException if its place is not known, or what should be a key is none
  /// @throws NotAuthorisedException if there is no key
  /// @throws dev.computepool.base.FormatException if what Infernet keeps of its node cannot be read
  static SearchService of(
      Context context, String name, String place, String set, Transport transport)
      throws IOException {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "brave" ->
          new Brave(
              transport,
              at(place, Brave.ENDPOINT),
              key(context, set, "Brave Search", OtherVariable.BRAVE_API_KEY));
      case "serper" ->
          new Serper(
              transport,
              at(place, Serper.ENDPOINT),
              key(context, set, "Serper", OtherVariable.SERPER_API_KEY));
      case "searxng" -> {
        if (place.isEmpty()) {
          throw new UsageException(
              "where the SearXNG instance is must be said",
              "--search-url http://127.0.0.1:8888, or the setting search.url");
        }
        yield new SearxNg(transport, URI.create(place));
      }
      case "infernet" -> infernet(context, place, set, transport);
      default ->
          new ValueSerp(
              transport,
              at(place, ValueSerp.ENDPOINT),
              key(context, set, "ValueSerp", OtherVariable.VALUESERP_API_KEY));
    };
  }

  private static Infernet infernet(Context context, String place, String set, Transport transport)
      throws IOException {
    InfernetFile file = InfernetFile.read(context.environment());
    String plane = place;
    if (plane.isEmpty()) {
      String variable =
          context.environment().variable(OtherVariable.COMPUTEPOOL_CONTROL_PLANE.name());
      plane = variable == null ? file.controlPlane() : variable;
      ConfigKey.SEARCH_URL.check(plane);
    }
    return new Infernet(transport, at(plane, Infernet.CONTROL_PLANE), nodeKey(context, set, file));
  }

  private static SigningKey nodeKey(Context context, String set, InfernetFile file)
      throws UsageException, NotAuthorisedException {
    String variable = OtherVariable.INFERNET_PRIVATE_KEY.name();
    String value = context.environment().variable(variable);
    String place = variable;
    if (value == null || value.isBlank()) {
      value = set;
      place = "search.key";
    }
    if (value.isBlank()) {
      value = file.secretKey();
      place = "node.privateKey in " + file.path();
    }
    if (value.isBlank()) {
      throw new NotAuthorisedException(
          "Infernet needs a node's secret key, and there is none",
          "set %s, the setting search.key, or node.privateKey in %s"
              .formatted(variable, file.path()));
    }
    try {
      return SigningKey.parse(value.strip());
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s: %s".formatted(place, e.getMessage()));
    }
  }

  private static URI at(String place, URI standard) {
    return place.isEmpty() ? standard : URI.create(place);
  }

  private static String key(Context context, String set, String service, OtherVariable variable)
      throws NotAuthorisedException {
    String value = context.environment().variable(variable.name());
    if (value == null) {
      value = set;
    }
    if (value.isBlank()) {
      throw new NotAuthorisedException(
          "%s needs a key, and there is none".formatted(service),
          "set %s, or the settings search.service and search.key; --urls, --sitemap and --path need no search"
              .formatted(variable.name()));
    }
    return value.strip();
  }
}
