package dev.computepool.crawl.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One answer of a service.
///
/// @param hits in its order; those without a usable URL are left out
/// @param more whether the service says that a further page exists; true where it does not say
/// @param unitsUsed what this request cost; null where the service does not say
/// @param unitsLeft what is left of the account or the day; null where the service does not say
/// @param requestId what the vendor calls this request; null where it has no name
public record SearchPage(
    List<Hit> hits,
    boolean more,
    @Nullable Long unitsUsed,
    @Nullable Long unitsLeft,
    @Nullable String requestId) {
  /// One result as the service writes it.
  public record Hit(String link, String title, String snippet) {}

  public SearchPage {
    hits = List.copyOf(hits);
  }
}
