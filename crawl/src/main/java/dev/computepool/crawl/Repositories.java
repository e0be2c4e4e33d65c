package dev.computepool.crawl;

import dev.computepool.base.Progress;
import dev.computepool.crawl.source.PageSource;
import dev.computepool.crawl.source.Repository;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The repositories of a crawl, in the order of its sources: all are there before anything is
/// fetched from elsewhere.
final class Repositories implements Closeable {
  private final List<Repository> all = new ArrayList<>();
  private int next;

  private Repositories() {}

  static Repositories open(List<Source> sources, CrawlOptions options, Progress progress)
      throws IOException {
    Repositories repositories = new Repositories();
    boolean opened = false;
    try {
      for (Source source : sources) {
        if (source instanceof Source.Repo(String url)) {
          repositories.all.add(
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

  /// The pages of the next one, which stays open.
  PageSource next() {
    return all.get(next++)::next;
  }

  @Override
  public void close() {
    all.forEach(Repository::close);
  }
}
