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
  /// @param text words and operators such as `site:`
  /// @param number of the page, from 0
  /// @param wanted how many results are still missing; a service that has no say in the size of a
  ///     page passes it over
  record Request(SearchQuery query, String text, int number, int wanted) {}

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

  /// The query texts that together cover a query's domains.
  default List<String> texts(SearchQuery query) {
    return QueryTexts.of(query, limits());
  }

  /// What a service takes in one query.
  ///
  /// @param characters of the text
  /// @param words in it, operators included
  /// @param pages that can be had of one query
  record Limits(int characters, int words, int pages) {}
}
