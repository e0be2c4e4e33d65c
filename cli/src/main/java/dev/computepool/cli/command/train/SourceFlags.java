package dev.computepool.cli.command.train;

import dev.computepool.base.InputFile;
import dev.computepool.cli.Context;
import dev.computepool.cli.UsageException;
import dev.computepool.cli.config.ConfigKey;
import dev.computepool.cli.option.OptionHeading;
import dev.computepool.cli.option.Under;
import dev.computepool.crawl.Source;
import dev.computepool.crawl.http.Transport;
import dev.computepool.crawl.http.WebUrl;
import dev.computepool.crawl.search.SearchQuery;
import dev.computepool.crawl.search.SearchService;
import dev.computepool.crawl.source.Sitemaps;
import dev.computepool.crawl.source.UrlList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where pages come from.
@Under(OptionHeading.PAGES)
final class SourceFlags {
  private static final String STDIN = "-";
  private static final long MAX_LIST = 64L << 20;

  @Option(names = "--query", paramLabel = "WORDS", description = "Search for these words.")
  private @Nullable String query;

  @Under(OptionHeading.SEARCH)
  @Option(
      names = "--num",
      paramLabel = "N",
      defaultValue = "30",
      description = "Results wanted of the search; default: ${DEFAULT-VALUE}.")
  private int wanted;

  @Option(
      names = "--domains",
      split = ",",
      paramLabel = "HOST",
      description = "Only pages on these hosts, or below them.")
  private List<String> domains = new ArrayList<>();

  @Under(OptionHeading.SEARCH)
  @Option(
      names = "--search",
      paramLabel = "SERVICE",
      description = "Who searches: valueserp, brave, serper, searxng or infernet.")
  private @Nullable String service;

  @Under(OptionHeading.SEARCH)
  @Option(
      names = "--search-url",
      paramLabel = "URL",
      description = "Where the search service is: your own SearXNG, a control plane of Infernet.")
  private @Nullable String serviceUrl;

  @Under(OptionHeading.SEARCH)
  @Option(
      names = "--search-language",
      paramLabel = "LANG",
      description = "Language to search in, such as en.")
  private @Nullable String language;

  @Under(OptionHeading.SEARCH)
  @Option(
      names = "--search-country",
      paramLabel = "COUNTRY",
      description = "Country to search from, such as us.")
  private @Nullable String country;

  @Option(
      names = "--urls",
      paramLabel = "FILE",
      description = "Pages whose URLs are in a file, one on a line; - for standard input.")
  private List<String> urls = new ArrayList<>();

  @Option(
      names = "--sitemap",
      paramLabel = "URL",
      description = "Pages that a sitemap lists; of a site, those its robots.txt names.")
  private List<String> sitemaps = new ArrayList<>();

  @Option(names = "--warc", paramLabel = "FILE", description = "Pages in a web archive.")
  private List<Path> archives = new ArrayList<>();

  @Option(
      names = "--path",
      paramLabel = "DIR",
      description = "HTML, Markdown and text in a folder.")
  private List<Path> folders = new ArrayList<>();

  @Option(
      names = "--repo",
      paramLabel = "URL|DIR",
      description = "The documentation in a git repository.")
  private List<String> repositories = new ArrayList<>();

  @Option(
      names = "--max-pages",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Pages of one sitemap at most; default: ${DEFAULT-VALUE}.")
  private int maxPages;

  @Option(
      names = "--max-sitemaps",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Sitemaps of one site that are read at most; default: ${DEFAULT-VALUE}.")
  private int maxSitemaps;

  List<String> domains() {
    return domains;
  }

  /// How far the sitemaps of a site are read.
  Sitemaps.Limits sitemaps() {
    return new Sitemaps.Limits(maxPages, maxSitemaps);
  }

  /// What the user turn is to speak of; empty without a search.
  String query() {
    return query == null ? "" : query;
  }

  /// The sources in the order of the options' help.
  ///
  /// @param transport what a search service is reached through
  List<Source> sources(Context context, Transport transport) throws IOException {
    List<Source> sources = new ArrayList<>();
    if (query != null) {
      sources.add(
          new Source.Query(
              searchService(context, transport),
              new SearchQuery(query, wanted, domains, language, country)));
    }
    for (String file : urls) {
      if (file.matches("(?i)https?://.*")) {
        throw new UsageException(
            "--urls: '%s' is an address, not a file of addresses".formatted(file),
            "--urls - reads addresses from standard input, one on a line");
      }
      String text =
          file.equals(STDIN)
              ? new String(context.environment().stdin().readAllBytes(), StandardCharsets.UTF_8)
              : InputFile.text(Path.of(file), MAX_LIST);
      String name = file.equals(STDIN) ? "standard input" : file;
      sources.add(new Source.Urls(name, UrlList.parse(name, text)));
    }
    for (String sitemap : sitemaps) {
      sources.add(new Source.Sitemap(WebUrl.parse(sitemap)));
    }
    archives.forEach(file -> sources.add(new Source.Warc(file)));
    folders.forEach(folder -> sources.add(new Source.Files(folder)));
    repositories.forEach(url -> sources.add(new Source.Repo(url)));
    if (sources.isEmpty()) {
      throw new UsageException(
          "no source of pages is named",
          "--query searches the web; --urls, --sitemap, --warc, --path and --repo need no search");
    }
    return sources;
  }

  private SearchService searchService(Context context, Transport transport) throws IOException {
    String set = setting(context, ConfigKey.SEARCH_SERVICE);
    String name = service == null ? set : service;
    check(ConfigKey.SEARCH_SERVICE, name, service == null ? null : "--search");
    // What is set belongs to the service that is set: no other may see its key.
    boolean isSet = name.equalsIgnoreCase(set);
    String place =
        serviceUrl != null ? serviceUrl : isSet ? setting(context, ConfigKey.SEARCH_URL) : "";
    check(ConfigKey.SEARCH_URL, place, serviceUrl == null ? null : "--search-url");
    String key = isSet ? setting(context, ConfigKey.SEARCH_KEY) : "";
    return SearchServices.of(context, name, place, key, transport);
  }

  /// @param option that it was given with; null for none
  private static void check(ConfigKey key, String value, @Nullable String option)
      throws UsageException {
    try {
      key.check(value);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          (option == null ? "the setting " + key.key() : option) + ": " + e.getMessage());
    }
  }

  private static String setting(Context context, ConfigKey key) throws IOException {
    return context.config().setting(key).value();
  }
}
