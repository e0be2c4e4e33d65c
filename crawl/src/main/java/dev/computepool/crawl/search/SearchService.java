package dev.computepool.crawl.search;

import java.io.IOException;
import java.util.List;

/// One search service with the account it is used with. Its key appears neither in what it throws
/// nor in its `toString`.
public interface SearchService {
  /// Its name in settings and reports, such as `valueserp`.
  String name();

  /// What a request asks for.
  ///
  /// @param part of the query that is asked for
  /// @param number of the page, from 0
  /// @param wanted how many results are still missing; a service that has no say in the size of a
  ///     page passes it over
  record Request(SearchQuery query, Part part, int number, int wanted) {
    /// Words and operators such as `site:`.
    String text() {
      return part.text();
    }
  }

  /// What is asked for in one request, and in those for its further pages.
  ///
  /// @param text words and operators such as `site:`
  /// @param domains that are not in the text and that the service is told in another way
  record Part(String text, List<String> domains) {
    public Part {
      domains = List.copyOf(domains);
    }
  }

  /// Asks once.
  ///
  /// @throws SearchException if there is no answer, saying whether it is worth asking again
  SearchPage ask(Request request) throws IOException;

  /// How long a query may be.
  Limits limits();

  /// Whether its answers may be kept on disk for a day.
  boolean mayStore();

  /// What identifies the answers of this service besides the request, without secrets.
  String identity();

  /// What to ask for, so that all of a query's domains are covered.
  ///
  /// @throws IllegalArgumentException if the service cannot be asked this
  default List<Part> parts(SearchQuery query) {
    return QueryTexts.of(query, limits()).stream().map(t -> new Part(t, List.of())).toList();
  }

  /// What a service takes in one query.
  ///
  /// @param characters of the text
  /// @param words in it, operators included
  /// @param pages that can be had of one query
  record Limits(int characters, int words, int pages) {}
}
