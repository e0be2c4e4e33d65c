package dev.computepool.cli.command.train;

import dev.computepool.cli.Context;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.config.OtherVariable;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.search.Brave;
import dev.computepool.crawl.search.SearchService;
import dev.computepool.crawl.search.SearxNg;
import dev.computepool.crawl.search.Serper;
import dev.computepool.crawl.search.ValueSerp;
import java.net.URI;
import java.util.Locale;

/// The search services by name, with their keys from the environment or the settings.
final class SearchServices {
  private SearchServices() {}

  /// @param place where it is; empty for its public address
  /// @throws UsageException if its key, or its place, is not known
  static SearchService of(
      Context context, String name, String place, String set, Transport transport)
      throws UsageException {
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
      default ->
          new ValueSerp(
              transport,
              at(place, ValueSerp.ENDPOINT),
              key(context, set, "ValueSerp", OtherVariable.VALUESERP_API_KEY));
    };
  }

  private static URI at(String place, URI standard) {
    return place.isEmpty() ? standard : URI.create(place);
  }

  private static String key(Context context, String set, String service, OtherVariable variable)
      throws UsageException {
    String value = context.environment().variable(variable.name());
    if (value == null) {
      value = set;
    }
    if (value.isBlank()) {
      throw new UsageException(
          "%s needs a key, and there is none".formatted(service),
          "set %s, or the settings search.service and search.key; --urls, --sitemap and --path need no search"
              .formatted(variable.name()));
    }
    return value.strip();
  }
}
