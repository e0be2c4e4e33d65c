package dev.computepool.crawl;

import dev.computepool.base.Progress;
import dev.computepool.crawl.source.PageSource;
import dev.computepool.crawl.source.Repository;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The repositories of a crawl, in the order of its sources: all are there before anything is
/// fetched from elsewhere. Those that were not taken are closed with this.
final class Repositories implements Closeable {
  private final Deque<Repository> waiting = new ArrayDeque<>();

  private Repositories() {}

  static Repositories open(List<Source> sources, CrawlOptions options, Progress progress)
      throws IOException {
    Repositories repositories = new Repositories();
    boolean opened = false;
    try {
      for (Source source : sources) {
        if (source instanceof Source.Repo(String url)) {
          repositories.waiting.add(
              Repository.open(
                  url, options.cache(), options.fetch(), options.transport(), progress));
        }
      }
      opened = true;
      return repositories;
    } finally {
      if (!opened) {
        repositories.close();
      }
    }
  }

  /// The next one, which is the caller's from now on.
  PageSource next() {
    return waiting.removeFirst();
  }

  @Override
  public void close() {
    waiting.forEach(Repository::close);
  }
}
