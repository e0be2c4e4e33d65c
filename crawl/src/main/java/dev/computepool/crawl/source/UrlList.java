package dev.computepool.crawl.source;

import dev.computepool.base.FormatException;
import dev.computepool.base.FormatException.Problem;
import dev.computepool.crawl.http.WebUrl;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// URLs that somebody wrote down, one on a line. Empty lines and those that begin with `#` are
/// passed over.
public final class UrlList {
  private UrlList() {}

  /// Reads a list; a URL that is in it twice counts once.
  ///
  /// @param name of the file, for errors
  /// @throws FormatException if lines are no URLs, naming all of them
  public static List<URI> parse(String name, String text) throws FormatException {
    Set<URI> urls = new LinkedHashSet<>();
    List<Problem> problems = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = (i == 0 ? lines.get(i).replaceFirst("^\\uFEFF", "") : lines.get(i)).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        urls.add(WebUrl.parse(line));
      } catch (IllegalArgumentException e) {
        problems.add(new Problem("line " + (i + 1), String.valueOf(e.getMessage())));
      }
    }
    if (!problems.isEmpty()) {
      throw new FormatException(name, problems);
    }
    return List.copyOf(urls);
  }
}
