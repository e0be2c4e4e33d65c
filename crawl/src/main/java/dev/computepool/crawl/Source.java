package dev.computepool.crawl;

import dev.computepool.crawl.search.SearchQuery;
import dev.computepool.crawl.search.SearchService;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// Where pages are to come from.
public sealed interface Source {
  /// What it is called in reports.
  String kind();

  /// What tells it from others of its kind.
  String name();

  /// What a search service finds.
  record Query(SearchService service, SearchQuery query) implements Source {
    @Override
    public String kind() {
      return "query";
    }

    @Override
    public String name() {
      return query.words();
    }
  }

  /// A list of URLs.
  ///
  /// @param name the file they were in
  record Urls(String name, List<URI> urls) implements Source {
    public Urls {
      urls = List.copyOf(urls);
    }

    @Override
    public String kind() {
      return "urls";
    }
  }

  /// What a site lists itself.
  record Sitemap(URI url) implements Source {
    @Override
    public String kind() {
      return "sitemap";
    }

    @Override
    public String name() {
      return url.toString();
    }
  }

  /// A web archive.
  record Warc(Path file) implements Source {
    @Override
    public String kind() {
      return "warc";
    }

    @Override
    public String name() {
      return file.toString();
    }
  }

  /// A folder of HTML, Markdown and text.
  record Files(Path folder) implements Source {
    @Override
    public String kind() {
      return "path";
    }

    @Override
    public String name() {
      return folder.toString();
    }
  }

  /// The documentation in a git repository.
  record Repo(String url) implements Source {
    @Override
    public String kind() {
      return "repo";
    }

    @Override
    public String name() {
      return url;
    }
  }
}
