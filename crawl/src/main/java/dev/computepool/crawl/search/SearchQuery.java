package dev.computepool.crawl.search;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is looked for.
///
/// @param wanted how many results
/// @param domains hosts that results may be on, themselves or below them; all if there are none
/// @param language such as `en`; null for the service's default
/// @param country such as `us`; null for the service's default
public record SearchQuery(
    String words,
    int wanted,
    List<String> domains,
    @Nullable String language,
    @Nullable String country) {
  public SearchQuery {
    words = words.strip().replaceAll("\\s+", " ");
    domains = domains.stream().map(SearchQuery::domain).distinct().toList();
    if (words.isEmpty()) {
      throw new IllegalArgumentException("there are no words to search for");
    }
    if (wanted < 1 || wanted > 1000) {
      throw new IllegalArgumentException("results wanted must be from 1 to 1000, not " + wanted);
    }
  }

  /// Whether a page is on one of the domains.
  public boolean covers(URI url) {
    return covers(domains, url);
  }

  /// Whether a page is on one of these domains, or there are none.
  public static boolean covers(List<String> domains, URI url) {
    String host = url.getHost().toLowerCase(Locale.ROOT);
    return domains.isEmpty()
        || domains.stream().anyMatch(d -> host.equals(d) || host.endsWith("." + d));
  }

  /// A domain in the form that hosts are compared with.
  ///
  /// @throws IllegalArgumentException if it is none
  public static String domain(String text) {
    String domain =
        text.strip()
            .toLowerCase(Locale.ROOT)
            .replaceFirst("^https?://", "")
            .replaceFirst("/$", "")
            .replaceFirst("^\\*?\\.", "");
    if (!domain.matches("[\\p{L}\\p{N}.-]+")) {
      throw new IllegalArgumentException(
          "'%s' is no domain, such as docs.example.org".formatted(text));
    }
    return java.net.IDN.toASCII(domain);
  }
}
